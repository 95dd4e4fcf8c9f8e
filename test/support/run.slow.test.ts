/** The runner's counting, its exit code and its last line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runRunner, support } from './nested.ts';
import { assert, suite } from './suite.ts';
import { isAlive } from './survivors.ts';

const test = suite('support/run');

const passing = `const test = suite('good'); test('one', () => {}); test('two', () => {});`;

test('counts what passed, over files and folders', async () => {
  const { code, output, lastLine } = await runRunner({
    'a.test.ts': passing,
    'deep/er/b.test.ts': `${passing} test.skip('three', 'later', () => {}); console.log('said nothing');`,
    'deep/fixtures/c.test.ts': `throw new Error('material, not a test');`,
    'helper.ts': `throw new Error('not a test either');`,
  });
  assert.is(code, 0, output);
  assert.is(lastLine, '4 passed, 0 failed, 1 skipped');
  assert.match(output, /✓ deep\/er\/b\.test\.ts {2}2 passed, 0 failed, 1 skipped/);
  assert.not.match(output, 'said nothing');
});

test('counts what failed, shows its whole output and lists it', async () => {
  const { code, output, lastLine } = await runRunner({
    'a.test.ts': passing,
    'b.test.ts': `const test = suite('bad');
      test('one', () => {}); test('two', () => { console.log('7 passed, 0 failed'); assert.is(1, 2); });`,
  });
  assert.is(code, 1, output);
  assert.is(lastLine, '3 passed, 1 failed');
  assert.match(output, / {4}.*7 passed, 0 failed/);
  assert.match(output, /Failures:\n {2}b\.test\.ts: bad › two: Expected values to be strictly equal/);
});

test('a failure outside of uvu counts', async () => {
  const { code, output, lastLine } = await runRunner({
    'a.test.ts': `${passing} test.after(() => { throw new Error('x') });`,
    'b.test.ts': '',
  });
  assert.is(code, 1, output);
  assert.is(lastLine, '2 passed, 2 failed');
});

test('a file that dies keeps its finished suites and fails where it was', async () => {
  const { code, output, lastLine } = await runRunner({
    'a.test.ts': `${passing}
      suite('dies')('here', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}) });`,
    'b.test.ts': `throw new Error('torn page');`,
  });
  assert.is(code, 1, output);
  assert.is(lastLine, '2 passed, 2 failed');
  assert.match(output, 'a.test.ts: dies › here: ended before its tests did (ended by SIGKILL)');
  assert.match(output, 'b.test.ts: the file: ended before its tests did (exit code 1)');
});

test('a file that cannot be read, or imports what is not there, fails by itself', async () => {
  const { code, output, lastLine } = await runRunner({
    'a.test.ts': passing,
    'torn.test.ts': `suite('s')('one', () => {`,
    'lonely.test.ts': `import { friend } from './gone.ts'; suite('s')('one', friend);`,
  });
  assert.is(code, 1, output);
  assert.is(lastLine, '2 passed, 2 failed');
  assert.match(output, /torn\.test\.ts: the file: ended before its tests did/);
  assert.match(output, /lonely\.test\.ts: the file: ended before its tests did/);
  assert.match(output, 'gone.ts');
});

test('a failure is told where it is in the source, and a file knows where it is', async () => {
  const { dir, output, lastLine } = await runRunner({
    'deep/a.test.ts': `suite('s')('one', () => {
      const here: string = import.meta.dirname + ' ' + import.meta.url;
      throw new Error(here);
    });`,
  });
  assert.is(lastLine, '0 passed, 1 failed');

  assert.match(output, `${dir}/deep file://${dir}/deep/a.test.ts`);
  assert.match(output, 'deep/a.test.ts:4:');
});

test('a file over the time limit is killed and named', async () => {
  const { code, output, lastLine } = await runRunner(
    { 'a.test.ts': `suite('s')('spins', () => { for (;;); });` },
    ['--timeout', '6000'],
  );
  assert.is(code, 1, output);
  assert.is(lastLine, '0 passed, 1 failed');
  assert.match(output, 'a.test.ts: s › spins: timed out');
});

test('a file that leaves something in its TMPDIR fails', async () => {
  const { code, output, lastLine } = await runRunner({
    'leaky.test.ts': `import { mkdtempSync } from 'node:fs'; import { tmpdir } from 'node:os';
      suite('s')('one', () => void mkdtempSync(tmpdir() + '/litter-'));`,
    'tidy.test.ts': `import { tempDir, write } from ${support('tmp.ts')};
      suite('s')('one', () => { write(tempDir(), { 'a/b': 'c' }); });`,
    'tidy-crash.test.ts': `import { tempDir } from ${support('tmp.ts')};
      suite('s')('one', () => { tempDir(); setTimeout(() => { throw new Error('crash') }); return new Promise(() => {}) });`,
  });
  assert.is(code, 1, output);
  assert.match(output, /leaky\.test\.ts: the file: left in its TMPDIR: litter-/);
  assert.not.match(output, /tidy\S*: the file: left/);
  assert.is(lastLine, '2 passed, 2 failed');
});

test('a file that leaves a process behind fails, and the process ends', async () => {
  const { code, output, lastLine } = await runRunner({
    'a.test.ts': `import { spawn } from 'node:child_process';
      suite('s')('one', () => { const p = spawn('sleep', ['300'], { detached: true, stdio: 'inherit' });
        p.unref(); console.log('pid=' + p.pid); });`,
  });
  assert.is(code, 1, output);
  assert.is(lastLine, '1 passed, 1 failed');
  assert.match(output, /left a process behind: \d+ sleep 300/);
  const pid = Number(/pid=(\d+)/.exec(output)?.[1]);
  assert.not.ok(isAlive(pid));
});

test('filters pick files; none at all is a failure', async () => {
  const files = { 'a.test.ts': passing, 'b.test.ts': `throw new Error('not picked');` };
  const picked = await runRunner(files, ['a.test', '--jobs', '1']);
  assert.is(picked.code, 0, picked.output);
  assert.is(picked.lastLine, '2 passed, 0 failed');
  const none = await runRunner(files, ['zebra']);
  assert.is(none.code, 1, none.output);
  assert.is(none.lastLine, '0 passed, 1 failed');
});

test('what measures has the machine to itself, and comes first', async () => {
  const stamped = (name: string) => `import { appendFileSync } from 'node:fs';
    suite('${name}')('one', async () => {
      appendFileSync('order', 'begins ${name}\\n');
      await new Promise((resolve) => setTimeout(resolve, 200));
      appendFileSync('order', 'ends ${name}\\n');
    });`;
  const { code, output, dir } = await runRunner(
    { 'a.test.ts': stamped('a'), 'bench/guard.slow.test.ts': stamped('guard') },
    ['--all', '--jobs', '3'],
  );
  assert.is(code, 0, output);
  const order = readFileSync(join(dir, 'order'), 'utf8');
  assert.is(order, 'begins guard\nends guard\nbegins a\nends a\n');
});

test('slow ones run when asked for: all, alone, or by name', async () => {
  const files = { 'a.test.ts': passing, 'b.slow.test.ts': `suite('s')('one', () => {});` };
  const last = async (...args: string[]): Promise<string | undefined> =>
    (await runRunner(files, args)).lastLine;
  assert.equal(await Promise.all([last(), last('--all'), last('--slow'), last('b.')]), [
    '2 passed, 0 failed',
    '3 passed, 0 failed',
    '1 passed, 0 failed',
    '1 passed, 0 failed',
  ]);
});

test('nothing but skips is a failure', async () => {
  const { code, lastLine } = await runRunner({
    'a.test.ts': `suite('s').skip('one', 'why not', () => {});`,
  });
  assert.is(code, 1);
  assert.is(lastLine, '0 passed, 1 failed, 1 skipped');
});
