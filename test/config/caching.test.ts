/** Which tasks are cached, and why not. */
import { join } from 'node:path';
import { assert, suite } from '../support/suite.ts';
import { config } from './support.ts';

const test = suite('config/caching');

const cacheOf = (task: string, top = 'cache: true\n') =>
  config(`${top}agents: {bot: {run: bot}}\ntasks:\n  other: {run: y}\n  a: {${task}}\n`).tasks[1]?.cache;

const ON = { isOn: true, env: [], reads: [], clean: true };
const off = (reason: string | undefined) => ({ isOn: false, reason });

test('a task that says what it reads and writes is cached where the config asks for it', () => {
  const sound = 'run: x, reads: [r/**], writes: [w/**]';
  assert.equal(cacheOf(sound), ON);
  assert.equal(cacheOf('run: x, reads: [r/**], writes: []'), ON);
  assert.equal(cacheOf(sound, ''), off(undefined));
  assert.equal(cacheOf(sound, 'cache: false\n'), off(undefined));
  assert.equal(cacheOf(sound, 'cache: {salt: "1"}\n'), ON);
  assert.equal(cacheOf(sound, 'cache: {enabled: false}\n'), off(undefined));
});

test('a task has the last word', () => {
  const sound = 'run: x, reads: [r/**], writes: [w/**]';
  assert.equal(cacheOf(`${sound}, cache: false`), off(undefined));
  assert.equal(cacheOf(`${sound}, cache: true`, ''), ON);
  assert.equal(cacheOf(`${sound}, cache: {env: [E_*], reads: [e], clean: false}`, ''), {
    ...{ isOn: true, env: ['E_*'], reads: ['e'], clean: false },
  });
});

test('what a result cannot be a matter of files alone for is not cached, and it is said why', () => {
  const rest = 'reads: [r], writes: [w]';
  assert.equal(cacheOf('run: x, writes: [w]'), off('it declares no `reads`'));
  assert.equal(
    cacheOf('run: x, reads: [r]'),
    off('it declares no `writes`; `writes: []` says that it writes nothing'),
  );
  assert.equal(cacheOf(`run: x, ${rest}, resources: {db: write}`), off('it uses resources'));
  assert.equal(cacheOf(`agent: bot, prompt: p, ${rest}`), off('an agent does it'));
  assert.equal(cacheOf(`run: x, ${rest}, verify: {agent: bot}`), off('an agent reviews it'));
  assert.equal(cacheOf(`run: x, ${rest}, onFailure: ask`), off('its `onFailure` is ask'));
  assert.equal(cacheOf(`run: x, ${rest}`, 'cache: true\nonFailure: ask\n'), off('its `onFailure` is ask'));
  assert.equal(cacheOf(`run: x, ${rest}, checkpoint: true`), off('it leaves a checkpoint'));
  assert.equal(cacheOf('needs: [other]'), off('it runs nothing itself'));
});

test('what is set for all', () => {
  const { cache, root } = config(
    'cache: {reads: [t], env: [A], passEnv: [B_*], tools: v, salt: s, dir: .c, maxSize: 500 MB, maxAge: 7d}\ntasks: {a: {run: x}}\n',
  );
  assert.equal(cache, {
    ...{ reads: ['t'], env: ['A'], passEnv: ['B_*'], tools: ['v'], salt: 's', dir: join(root, '.c') },
    ...{ maxSize: 500_000_000, maxAgeMs: 604_800_000, remote: undefined },
  });
});
