// The reference of every config field, as markdown, from the schema alone.

const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function resolve(schema, root) {
  if (!schema.$ref) return schema;
  const target = schema.$ref
    .replace('#/', '')
    .split('/')
    .reduce((node, key) => node[key], root);
  return { ...target, ...schema };
}

function defaultOf(field, isRequired) {
  if (isRequired) return 'required';
  return 'default' in field ? code(field.default) : 'none';
}

function rows({ properties, required = [] }, root, prefix = '') {
  return Object.entries(properties).flatMap(([name, written]) => {
    const field = resolve(written, root);
    const allowed = field.enum ? ` One of ${field.enum.map(code).join(', ')}.` : '';
    const own = `| \`${prefix}${name}\` | ${field.description}${allowed} | ${defaultOf(field, required.includes(name))} | ${code(field.examples[0]).replaceAll('|', '\\|')} |`;
    const inner = field.properties ? rows(field, root, `${prefix}${name}.`) : [];
    const { items } = Object.assign({}, ...(field.allOf ?? []), field);
    return [own, ...inner, ...(items?.properties ? rows(items, root, `${prefix}${name}[].`) : [])];
  });
}

const table = (schema, root) =>
  ['| field | what it says | default | example |', '| --- | --- | --- | --- |', ...rows(schema, root)].join(
    '\n',
  );

export function configReference(schema) {
  const { task, agent, validateStep } = schema.definitions;
  return `# Every field of parallel.config.yaml

Made from [the schema](../schema/parallel.config.schema.json), which is also what ptask validates a config with.
An editor with a YAML language server completes and explains these fields when the file begins with

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/ptask/schema/parallel.config.schema.json
\`\`\`

What takes a list takes a single value as well: \`needs: build\` is \`needs: [build]\`. A duration is a number with its unit, or a
number of seconds. A folder among \`reads\` or \`writes\` means all that is in it.

## The config

${table(schema, schema)}

${Object.values(schema.patternProperties)
  .map(({ description }) => description)
  .join('\n')}

## A task, under \`tasks\`

A task's name: ${schema.definitions.taskName.description[0].toLowerCase()}${schema.definitions.taskName.description.slice(1)} In the
names of files and branches a colon is a \`+\` and a slash a \`,\`: the log of \`test:unit\` is \`test+unit.out\`.

${table(task, schema)}

## An agent, under \`agents\`

What [an agent](agents.md) is and gets. Its name: ${schema.definitions.agentName.description[0].toLowerCase()}${schema.definitions.agentName.description.slice(1)}

${table(agent, schema)}

## A step, under \`validate\`

${table(validateStep, schema)}
`;
}
