// A whole config for each field, as the reference shows it: the field's first example in the schema, with what it cannot be without.
// Where that is more than a task to put it in, COMPANIONS says so, by the field's path.

import { Document, isCollection, isMap, isSeq, visit } from 'yaml';

const CODER = { coder: { run: 'my-agent --stdin' } };
const CRITIC = { critic: { run: 'my-agent --read-only' } };
const API = { name: 'api', task: { writes: ['src/api/**'] }, agents: CODER };
const BY_AGENT = { ...API, beside: { agent: 'coder', prompt: 'Add the orders endpoint' } };

const SERVICE = {
  name: 'db',
  task: { run: 'docker compose up db' },
  after: { e2e: { run: 'npm run e2e', needs: ['db'] } },
};
const READY = { ...SERVICE, beside: { service: true } };

/**
 * `value` instead of the schema's example; what is `beside` the field in its task, step or agent, and what with it in an `inner` object;
 * the `name` and the other fields of the `task`; other `tasks` and `steps` before it, and tasks `after` it; `agents`, `resources` and other fields of the `config`.
 */
const COMPANIONS = {
  resources: { name: 'render', task: { run: 'npm run render', resources: { licence: 1 } } },
  agents: {
    name: 'api',
    task: { agent: 'coder', prompt: 'Add the orders endpoint', writes: ['src/api/**'] },
  },
  tasks: { value: { lint: { run: 'npm run lint', reads: ['src/**'] } } },
  validation: { config: { validate: [{ name: 'types', run: 'npx tsc --noEmit' }] } },
  'task.agent': { ...API, beside: { prompt: 'Add the orders endpoint' } },
  'task.prompt': { ...API, beside: { agent: 'coder' } },
  'task.instructions': BY_AGENT,
  'task.requirements': BY_AGENT,
  'task.needs': {
    name: 'deploy',
    task: { run: 'npm run deploy' },
    tasks: { build: { run: 'npm run build' } },
  },
  'task.resources': { resources: { licence: 2 } },
  'task.cwd': { value: '.' },
  'task.verify.agent': { agents: CRITIC, value: 'critic' },
  'task.verify.prompt': { agents: CRITIC, inner: { agent: 'critic' } },
  'task.verify.instructions': {
    agents: CRITIC,
    inner: { agent: 'critic' },
    value: ['Read the diff', 'Run the tests'],
  },
  'task.retry.delay': { inner: { times: 2 } },
  'cache.remote.tls.cert': { inner: { key: 'certs/client.key' } },
  'cache.remote.tls.key': { inner: { cert: 'certs/client.pem' } },
  'remote.tls.cert': { inner: { key: 'certs/client.key' } },
  'remote.tls.key': { inner: { cert: 'certs/client.pem' } },
  'task.remote': { config: { remote: { url: 'grpcs://remote.example.com' } } },
  'task.cache': { task: { run: 'npm run deploy' }, name: 'deploy' },
  'task.service': SERVICE,
  'task.ready': READY,
  'task.ready.port': READY,
  'task.ready.url': READY,
  'task.ready.log': READY,
  'task.ready.command': READY,
  'task.ready.timeout': { ...READY, inner: { port: 5432 } },
  'task.raw': { name: 'release', task: { run: 'npm run release' } },
  'task.snapshotReads': { name: 'audit', task: { run: 'npm run audit', reads: ['src/**'] } },
  'agent.env': { beside: { run: 'my-agent --stdin' } },
  'validate.agent': { agents: CRITIC, value: 'critic' },
  'validate.prompt': { agents: CRITIC, beside: { agent: 'critic' } },
  'validate.instructions': {
    agents: CRITIC,
    beside: { agent: 'critic' },
    value: ['Read the endpoints', 'Read their documentation'],
  },
  'validate.needs': { steps: [{ name: 'types', run: 'npx tsc --noEmit' }], beside: { name: 'build' } },
};

/** What an entry of the list, or the object, needs beside the field that is shown. */
const ENTRIES = {
  'onCollision[]': { path: ['package-lock.json'], use: 'theirs' },
  remote: { url: 'grpcs://cache.example.com/main' },
};

/** Puts a value where a path such as `onCollision[].use.run` says, with `inner` beside it. */
function at([key, ...rest], value, inner = {}) {
  const name = key.replace('[]', '');
  const beside = { ...ENTRIES[key], ...(rest.length === 1 && inner) };
  const held = rest.length === 0 ? value : { ...beside, ...at(rest, value, inner) };
  return { [name]: key.endsWith('[]') ? [held] : held };
}

const TASK = { name: 'build', task: { run: 'npm run build', reads: ['src/**'], writes: ['dist/**'] } };

/** Fields that are about tasks that write the same files are shown with such. */
const ABOUT_CONFLICTS = /^(?:conflicts|onCollision|integrate|worktrees|strategy)\b/;
const CODEMODS = {
  imports: { run: 'npm run sort-imports', writes: ['src/**'] },
  headers: { run: 'npm run add-headers', writes: ['src/**'] },
};

/**
 * @param where `''` for the config itself, `task`, `agent` or `validate`
 * @param path the field's, such as `worktrees.dir`
 * @returns a config, as the object that its YAML says
 */
export function exampleConfig(where, path, example) {
  const full = where === '' ? path : `${where}.${path}`;
  const own = COMPANIONS[full] ?? {};
  const keys = path.split('.');
  const value = own.value ?? example;
  const field = at(keys, value, own.inner);
  const { agents, resources, config } = own;
  const top = { ...config, ...(agents && { agents }), ...(resources && { resources }) };
  const { name, task } = { ...TASK, ...own };
  if (where === 'agent')
    return {
      agents: { coder: { ...own.beside, ...field } },
      tasks: { api: { agent: 'coder', prompt: 'Add the orders endpoint' } },
    };
  if (where === 'validate')
    return {
      ...top,
      tasks: { [TASK.name]: TASK.task },
      validate: [...(own.steps ?? []), stepWith(own, field)],
    };
  if (full === 'tasks') return field;
  if (where === '')
    return { ...top, ...field, tasks: ABOUT_CONFLICTS.test(path) ? CODEMODS : { [name]: task } };
  return { ...top, tasks: { ...own.tasks, [name]: { ...task, ...own.beside, ...field }, ...own.after } };
}

function stepWith({ beside }, field) {
  const step = { ...beside, ...field };
  return step.agent === undefined
    ? { name: 'types', run: 'npx tsc --noEmit', ...step }
    : { name: 'together', ...step };
}

/** As people write it: short lists in one line. */
export function inYaml(config) {
  const document = new Document(config);
  visit(document, {
    Collection(_, node) {
      const isFlat = node.items.every((item) => !isCollection(isMap(node) ? item.value : item));
      if (isSeq(node) && isFlat) node.flow = true;
    },
  });
  return document.toString({ flowCollectionPadding: false, lineWidth: 0, singleQuote: false });
}
