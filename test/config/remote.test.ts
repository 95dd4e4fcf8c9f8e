/** Which tasks may run on another machine. */
import { isRemote } from '../../src/config/is-remote.ts';
import { configOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';
import { problems } from './support.ts';

const test = suite('config/remote');

const AT = 'remote: {url: grpc://h}\n';

test('what keeps a task here is said where it asks to run remotely', () => {
  const cases: [task: string, why: string, hint?: RegExp][] = [
    ['run: x, reads: []', 'it declares no `writes`', /add `writes`/],
    ['run: x, writes: []', 'it declares no `reads`', /add `reads`/],
    ['run: x, reads: [], writes: [], resources: {db: write}', 'it uses resources of this machine'],
    ['run: x, reads: [], writes: [], raw: true', 'it has the terminal to itself'],
    ['run: x, reads: [], writes: [], service: true', 'it is a service, for tasks that run here'],
    ['run: x, reads: [], writes: [], onFailure: ask', 'its `onFailure` is ask'],
    ['run: x, reads: [], writes: [], env: {PATH: bin}', 'its `env` sets PATH, which is of this machine'],
  ];
  for (const [task, why, hint = /runs here/] of cases) {
    const [told = '', ...others] = problems(`${AT}tasks: {a: {remote: true, ${task}}}\n`);
    assert.ok(told.startsWith(`2:21 [true] \`a\` cannot run remotely: ${why} | `), told);
    assert.match(told, hint, task);
    assert.equal(others, [], task);
  }
  assert.equal(problems(`${AT}tasks: {a: {remote: true, run: x, reads: [], writes: []}}\n`), []);
});

test('what the config names a secret keeps those here that are given it', () => {
  const config = configOf(
    `secrets: [WORD, ALL]\n${AT}tasks: {a: {run: x, reads: [], writes: [], env: {WORD: w}}, b: {run: x, reads: [], writes: []}}\n`,
  );
  const obstacles = config.tasks.map(({ remote }) => remote.obstacle);
  assert.equal(obstacles, ['WORD in its environment is a secret', undefined]);
  const [told = ''] = problems(
    `${AT}secrets: WORD\ntasks: {a: {remote: true, run: x, reads: [], writes: [], env: {WORD: w}}}\n`,
  );
  assert.match(told, /`a` cannot run remotely: WORD in its environment is a secret \|/);
  const ofAll = configOf(`secrets: ALL\n${AT}env: {ALL: x}\ntasks: {a: {run: x, reads: [], writes: []}}\n`);
  assert.is(ofAll.tasks[0]?.remote.obstacle, 'ALL in its environment is a secret');
});

test('a server must be named, and speak what executes', () => {
  const task = 'tasks: {a: {remote: true, run: x, reads: [], writes: []}}\n';
  assert.match(problems(task)[0] ?? '', /the config names no server \| → add `remote: { url: grpcs:/);
  assert.equal(problems(`remote: {}\n${task}`), []);
  assert.match(
    problems('remote: {url: grpc://h, tls: {ca: x.pem}}\ntasks: {a: {run: x}}\n')[0] ?? '',
    /`tls` is for grpcs/,
  );
  assert.match(
    problems(`remote: {url: https://h/cache}\n${task}`)[0] ?? '',
    /is a plain HTTP cache, which executes nothing/,
  );
});

test('all that can run remotely where that is asked for; none where nothing is', () => {
  const config = configOf(
    `${AT}tasks: {a: {run: x, reads: [], writes: [], remote: true}, b: {run: x, reads: [], writes: []}, c: {run: x}}\n`,
  );
  const { remote } = config;
  const those = (use: 'asked' | 'all' | 'none'): string[] =>
    config.tasks
      .filter((task) => isRemote({ remote: remote && { ...remote, use } }, task))
      .map(({ id }) => id);
  assert.equal([those('asked'), those('all'), those('none')], [['a'], ['a', 'b'], []]);
  assert.is(config.tasks[2]?.remote.obstacle, 'it declares no `reads`');
});

test('a task that needs a service stays where that is', () => {
  const config = configOf(
    `${AT}tasks: {s: {run: x, service: true}, a: {run: x, reads: [], writes: [], needs: [s]}}\n`,
  );
  assert.is(config.tasks[1]?.remote.obstacle, 'it needs the service s, which is here');
});
