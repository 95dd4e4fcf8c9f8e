// The reference of every config field, as markdown, from the schema: what it says, its default, and a whole config with it.

import { exampleConfig, inYaml } from './config-examples.mjs';

const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function resolve(schema, root) {
  if (!schema.$ref) return schema;
  const target = schema.$ref
    .replace('#/', '')
    .split('/')
    .reduce((node, key) => node[key], root);
  return { ...target, ...schema };
}

/** The fields of an object and of all below it, each with its path. */
export function fieldsOf({ properties, required = [] }, root, prefix = '') {
  return Object.entries(properties).flatMap(([name, written]) => {
    const field = resolve(written, root);
    const own = { path: `${prefix}${name}`, field, isRequired: required.includes(name) };
    const inner = field.properties ? fieldsOf(field, root, `${prefix}${name}.`) : [];
    const { items } = Object.assign({}, ...(field.allOf ?? []), field);
    return [own, ...inner, ...(items?.properties ? fieldsOf(items, root, `${prefix}${name}[].`) : [])];
  });
}

/** The parts of a config that have fields, as the reference shows them; `where` is how their examples are made. */
export const partsOf = (schema) => {
  const { task, agent, validateStep } = schema.definitions;
  return [
    { where: '', fields: fieldsOf(schema, schema) },
    { where: 'task', fields: fieldsOf(task, schema) },
    { where: 'agent', fields: fieldsOf(agent, schema) },
    // Below `validate` the fields of a step have a section of their own.
    { where: 'validate', fields: fieldsOf(validateStep, schema) },
  ].map(({ where, fields }) => ({
    where,
    fields: fields.filter(({ path }) => where !== '' || !path.startsWith('validate[].')),
  }));
};

function defaultOf({ field, isRequired }) {
  if (isRequired) return 'Required.';
  return 'default' in field ? `Default: ${code(field.default)}.` : 'No default.';
}

function section(where, { path, field, isRequired }) {
  const allowed = field.enum ? ` One of ${field.enum.map(code).join(', ')}.` : '';
  const config = inYaml(exampleConfig(where, path, field.examples[0]));
  return `### \`${path}\`

${field.description}${allowed} ${defaultOf({ field, isRequired })}

\`\`\`yaml
${config}\`\`\`
`;
}

const lowered = (text) => `${text[0].toLowerCase()}${text.slice(1)}`;

export function configReference(schema) {
  const { taskName, agentName } = schema.definitions;
  const [config, task, agent, step] = partsOf(schema).map(({ where, fields }) =>
    fields.map((field) => section(where, field)).join('\n'),
  );
  return `# Every field of parallel.config.yaml

Made from [the schema](../schema/parallel.config.schema.json), which is also what ptask validates a config with. Each example is a whole config.
An editor with a YAML language server completes and explains these fields when the file begins with

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/ptask/schema/parallel.config.schema.json
\`\`\`

What takes a list takes a single value as well: \`needs: build\` is \`needs: [build]\`. A duration is a number with its unit, or a
number of seconds. A folder among \`reads\` or \`writes\` means all that is in it.

${Object.values(schema.patternProperties)
  .map(({ description }) => description)
  .join('\n')}

## The config

${config}
## A task, under \`tasks\`

A task's name: ${lowered(taskName.description)} In the
names of files and branches a colon is a \`+\` and a slash a \`,\`: the log of \`test:unit\` is \`test+unit.out\`.

${task}
## An agent, under \`agents\`

What [an agent](agents.md) is and gets. Its name: ${lowered(agentName.description)}

${agent}
## A step, under \`validate\`

${step}`;
}
