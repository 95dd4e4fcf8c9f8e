// What a config says of services, and what a service cannot be as well.
import { logMatcher, serviceOf } from '../../src/config/services.ts';
import { assert, suite } from '../support/suite.ts';
import { config, problems } from './support.ts';

const test = suite('config/services');

const service = (more: string): string => `tasks: {a: {run: x, service: true, ${more}}}\n`;

test('without ready it is ready once it has started; the timeout is 30 s', () => {
  assert.equal(config('tasks: {a: {run: x, service: true}}').tasks[0]?.service, {
    ready: { by: 'started' },
    timeoutMs: 30_000,
  });
  assert.is(config('tasks: {a: {run: x, service: false}}').tasks[0]?.service, undefined);
  assert.equal(serviceOf({ service: true, ready: { command: 'y', timeout: '1m' } }), {
    ready: { by: 'command', command: 'y' },
    timeoutMs: 60_000,
  });
});

test('a port, with or without a host', () => {
  const ready = (port: string | number) => serviceOf({ service: true, ready: { port } })?.ready;
  assert.equal(ready(5432), { by: 'port', host: undefined, port: 5432 });
  assert.equal(ready('5432'), { by: 'port', host: undefined, port: 5432 });
  assert.equal(ready('db:80'), { by: 'port', host: 'db', port: 80 });
  assert.equal(ready('[::1]:80'), { by: 'port', host: '::1', port: 80 });
});

test('a text of the log, or an expression between slashes', () => {
  assert.ok(logMatcher('ready (now)')('it is ready (now).'));
  assert.not.ok(logMatcher('ready.')('ready!'));
  assert.ok(logMatcher('/ready in \\d+/i')('READY in 12 ms'));
  const global = logMatcher('/x/g');
  assert.equal([global('x'), global('x')], [true, true]);
  assert.ok(logMatcher('/usr/')('the /usr/ folder') || logMatcher('/usr/')('usr'));
  assert.ok(logMatcher('//')('a // comment'));
});

const WRONG: Record<string, [yaml: string, told: string]> = {
  'ready without service': [
    'tasks: {a: {run: x, ready: {port: 1}}}\n',
    '1:21 [ready] `ready` is for services, and `a` is none | → add `service: true`, or remove it',
  ],
  'two ways': [
    service('ready: {port: 1, log: x}'),
    '1:53 [log] `ready` of `a` has both `port` and `log` | 1:44 `port` | → keep one of them; a command can check several things',
  ],
  'no way': [
    service('ready: {timeout: 1s}'),
    '1:36 [ready] `ready` of `a` does not say what to wait for | → add `port:`, `url:`, `log:` or `command:`; without `ready` it is ready once it has started',
  ],
  'no expression': [
    service('ready: {log: /(/}'),
    '1:49 [/(/] this is not a regular expression: /(/: Unterminated group | → mend it, or write a text without slashes around it',
  ],
  'no port': [
    service("ready: {port: 'db:99999'}"),
    "1:50 ['db:99999'] db:99999 is not a port | → a port is a number from 1 to 65535",
  ],
  'no URL': [
    service("ready: {url: 'http://[x'}"),
    "1:49 ['http://[x'] `http://[x` is not a URL | → write one such as http://localhost:3000/health",
  ],
  'nothing to run': [
    'tasks: {b: {run: x}, a: {service: true, needs: b}}\n',
    '1:26 [service] the service `a` has nothing to run | → write the command of the server: `run:`',
  ],
  'a limit for its life': [
    service('timeout: 1m'),
    '1:36 [timeout] the service `a` cannot have `timeout`: a service is up as long as it is needed | 1:30 it is a service | → limit how long it takes to become ready: `ready: { …, timeout: 1m }`',
  ],
  'a cache': [
    service('cache: true'),
    '1:36 [cache] the service `a` cannot have `cache`: a server that is up has no result to keep | 1:30 it is a service | → remove `cache`; what needs the service can be cached',
  ],
  'a worktree': [
    service('workspace: worktree'),
    '1:36 [workspace] the service `a` cannot have `workspace`: a service works in your own folder | 1:30 it is a service | → remove `workspace`',
  ],
  'a question': [
    service('onFailure: ask'),
    '1:36 [onFailure] the service `a` cannot have `onFailure`: what needs the service cannot wait for an answer | 1:30 it is a service | → use continue, rollback or abort',
  ],
};

for (const [name, [yaml, told]] of Object.entries(WRONG))
  test(`refused: ${name}`, () => assert.equal(problems(yaml), [told]));

for (const field of ['verify: y', 'strict: true', 'checkpoint: true'])
  test(`refused: ${field}`, () => {
    const [told = '', ...more] = problems(service(field));
    assert.is(more.length, 0);
    assert.match(told, `the service \`a\` cannot have \`${field.split(':')[0]}\`: `);
  });

test('what the config says of all tasks does not stand against a service', () => {
  const [task] = config(
    'onFailure: ask\ncache: true\ntasks: {a: {run: x, service: true, reads: [], writes: []}}',
  ).tasks;
  assert.equal([task?.onFailure, task?.cache.isOn, task?.workspace], ['continue', false, 'shared']);
});
