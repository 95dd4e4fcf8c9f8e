/** The published schema of the config: explained throughout, consistent in itself, and fit for editors. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { stringify } from 'yaml';
import { config, problems } from '../config/support.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('schema/config');

interface Node {
  $ref?: string;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  type?: string | string[];
  required?: string[];
  properties?: Record<string, Node>;
  patternProperties?: Record<string, Node>;
  additionalProperties?: Node | false;
  propertyNames?: Node;
  items?: Node;
  allOf?: Node[];
  definitions?: Record<string, Node>;
}

const schema = JSON.parse(
  readFileSync(join(repositoryRoot, 'schema/parallel.config.schema.json'), 'utf8'),
) as Node;
const { definitions = {} } = schema;

const target = (node: Node): Node =>
  node.$ref ? (definitions[node.$ref.replace('#/definitions/', '')] ?? {}) : node;

/** A field as an editor sees it: what stands beside a $ref is about this use of it. */
const whole = (node: Node): Node => ({ ...target(node), ...node });

interface Field {
  path: string;
  node: Node;
  required: boolean;
}

/** Every place where a person writes something: properties, values by name, items. */
function fields(node: Node, path = ''): Field[] {
  const { properties = {}, additionalProperties, items, required = [], allOf = [] } = whole(node);
  const own = Object.entries(properties).flatMap(([name, each]): Field[] => {
    const at = `${path}.${name}`;
    return [{ path: at, node: each, required: required.includes(name) }, ...fields(each, at)];
  });
  const values = additionalProperties
    ? [{ path: `${path}.*`, node: additionalProperties, required: true }]
    : [];
  const entries = items ? [{ path: `${path}[]`, node: items, required: true }] : [];
  const inner = [...values, ...entries].flatMap((field) => [field, ...fields(field.node, field.path)]);
  return [...own, ...inner, ...allOf.flatMap((each) => fields(each, path))];
}

const all = fields(schema);

/** What nothing stands for when it is left out: there is no agent, and nothing more is said to it. */
const HAS_NO_DEFAULT = new Set([
  ...['.tasks.*.agent', '.tasks.*.prompt', '.tasks.*.verify.prompt', '.tasks.*.cache'],
  // A step has the one or the other.
  ...['.validate[].run', '.validate[].agent', '.validate[].prompt'],
  // Without it nothing runs elsewhere.
  ...['', '.url', ...['ca', 'cert', 'key'].map((file) => `.tls.${file}`)].map((each) => `.remote${each}`),
  // To say nothing is something else than to say that there are none.
  ...['.tasks.*.reads', '.tasks.*.writes'],
  // Without it a service is ready once it has started; of the ways one is taken.
  ...['', '.port', '.url', '.log', '.command'].map((each) => `.tasks.*.ready${each}`),
  // Without it there is none.
  ...['.cache.remote', ...['ca', 'cert', 'key'].map((file) => `.cache.remote.tls.${file}`)],
  // One or the other.
  ...['.onCollision', '.onCollision[].use'].flatMap((each) => [`${each}.run`, `${each}.rerun`]),
]);

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
ajv.addVocabulary(['patternErrorMessage']);
ajv.addSchema(schema, 'config');

/** Whether a value is valid at a field; what a $ref names is the same wherever it is used. */
const isValid = (node: Node, value: unknown): boolean =>
  ajv.validate({ ...node, ...(node.$ref ? { $ref: `config${node.$ref}` } : {}), definitions }, value);

test('the walk sees the fields', () => {
  const paths = all.map(({ path }) => path);
  for (const path of [
    '.tasks',
    '.tasks.*',
    '.tasks.*.run',
    '.tasks.*.run[]',
    '.tasks.*.retry.times',
    '.tasks.*.env.*',
    '.validate[].when.changed',
    '.resources.*',
  ])
    assert.ok(paths.includes(path), `${path} in ${paths.join(' ')}`);
});

test('every field has a title and an example, every named field a description', () => {
  for (const { path, node } of all) {
    const { title, description, examples } = whole(node);
    assert.ok(title, `${path} has no title`);
    assert.ok((examples ?? []).length > 0, `${path} has no example`);
    if (!path.endsWith('[]')) assert.ok(description, `${path} has no description`);
  }
});

test('every field that may be left out has a default, and no other has', () => {
  for (const { path, node, required } of all) {
    if (path.endsWith('*')) continue;
    assert.is('default' in whole(node), !required && !HAS_NO_DEFAULT.has(path), path);
  }
});

test('every example and every default is valid where it stands', () => {
  for (const { path, node } of all) {
    const { examples = [], ...rest } = whole(node);
    for (const value of 'default' in rest ? [...examples, rest.default] : examples)
      assert.ok(isValid(node, value), `${path}: ${JSON.stringify(value)}: ${ajv.errorsText()}`);
  }
  for (const name of definitions.taskName?.examples ?? [])
    assert.ok(isValid({ $ref: '#/definitions/taskName' }, name));
});

test('every default is what leaving the field out means', () => {
  const { places: _l, ...bare } = config('tasks: {a: {run: x}}\nvalidate: [{name: v, run: x}]\n');
  for (const { path, node, required } of all) {
    const [, scope = '', name = ''] = /^(|\.tasks\.\*|\.validate\[\])\.(\w+)$/.exec(path) ?? [];
    // Without the list of tasks there is none to compare; `run` has no default where it is required.
    if (
      name === '' ||
      required ||
      HAS_NO_DEFAULT.has(path) ||
      ['$schema', 'when', 'validate', 'run'].includes(name)
    )
      continue;
    const value = { [name]: whole(node).default };
    const written = {
      tasks: { a: { run: 'x', ...(scope.startsWith('.tasks') ? value : {}) } },
      validate: [{ name: 'v', run: 'x', ...(scope.startsWith('.validate') ? value : {}) }],
      ...(scope === '' ? value : {}),
    };
    const { places: _, ...made } = config(stringify(written));
    if (path === '.tasks.*.conflicts')
      made.tasks = made.tasks.map((task) => ({ ...task, conflicts: undefined }));
    assert.equal(made, bare, path);
  }
});

test('every example makes a config that ptask takes', () => {
  const task = whole(definitions.task ?? {}).properties ?? {};
  const agents = { coder: { run: 'x' }, reviewer: { run: 'x' } };
  for (const [name, node] of Object.entries(task)) {
    const isOfAgents = ['agent', 'prompt', 'instructions', 'requirements'].includes(name);
    const service = name === 'ready' ? { service: true } : {};
    const does = isOfAgents ? { agent: 'coder', prompt: 'Do it' } : { run: 'x', ...service };
    for (const example of whole(node).examples ?? []) {
      const server = name === 'remote' ? { remote: { url: 'grpcs://build.example.com' } } : {};
      const reads = name === 'remote' ? { reads: ['src/**'], writes: [] } : {};
      const written = {
        ...server,
        agents,
        resources: { licence: 2 },
        tasks: {
          build: { run: 'x', writes: ['packages/e2e/**'] },
          a: { ...does, ...reads, [name]: example },
        },
      };
      assert.equal(problems(stringify(written)), [], `${name}: ${JSON.stringify(example)}`);
    }
  }
  for (const [name, node] of Object.entries(schema.properties ?? {})) {
    for (const example of whole(node).examples ?? [])
      assert.equal(problems(stringify({ tasks: { a: { run: 'x' } }, [name]: example })), [], name);
  }
});

test('beside a $ref stands only what explains: editors of draft-07 may leave out the rest', () => {
  const explains = new Set(['$ref', 'title', 'description', 'default', 'examples', '$comment']);
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('$ref' in node && typeof node.$ref === 'string') {
      assert.match(node.$ref, /^#\/definitions\/\w+$/);
      for (const key of Object.keys(node)) assert.ok(explains.has(key), `${path}: ${key} beside a $ref`);
    }
    for (const [key, each] of Object.entries(node))
      if (key !== 'examples' && key !== 'default') walk(each, `${path}/${key}`);
  };
  walk(schema, '');
  assert.is((schema as { $schema?: string }).$schema, 'http://json-schema.org/draft-07/schema#');
});

test('titles read on after "write", descriptions are sentences', () => {
  for (const { path, node } of all) {
    const { title = '', description } = whole(node);
    assert.match(title, /^[a-z{].*[^.]$/, path);
    if (description !== undefined) assert.match(description, /^[A-Za-z`$].*\.$/, path);
  }
});

test('no definition goes unused', () => {
  const text = JSON.stringify(schema);
  for (const name of Object.keys(definitions)) assert.ok(text.includes(`"#/definitions/${name}"`), name);
});

test('the schema judges as ptask does', () => {
  const judge = ajv.getSchema('config');
  const texts: [valid: boolean, written: unknown][] = [
    [true, { tasks: { a: { run: 'x' } } }],
    [true, { tasks: { a: { run: ['x', 'y'], retry: { times: 1 }, env: { A: 1 } } }, 'x-any': [1] }],
    [false, { tasks: { a: { run: 3 } } }],
    [false, { tasks: { a: { run: 'x', banana: 1 } } }],
    [false, { tasks: {} }],
    [false, { tasks: { 'a b': { run: 'x' } } }],
    [false, {}],
    [false, []],
  ];
  for (const [valid, written] of texts) {
    assert.is(judge?.(written), valid, JSON.stringify(written));
    assert.is(problems(stringify(written)).length === 0, valid, JSON.stringify(written));
  }
});
