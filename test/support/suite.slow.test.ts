/** uvu's traps, each as a file that falls into it. */
import { runAlone } from './nested.ts';
import { assert, suite } from './suite.ts';

const test = suite('support/suite');

/** The file fails, and says why. */
async function fails(body: string, why: RegExp, env = {}): Promise<void> {
  const { code, output } = await runAlone(body, env);
  assert.is.not(code, 0, `exited 0:\n${output}`);
  assert.match(output, why);
}

test('a file runs by itself, after its top-level awaits', async () => {
  const { code, output } = await runAlone(`
    const test = suite('s');
    test('early', () => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    test('late', () => console.log('late ran'));
  `);
  assert.is(code, 0, output);
  assert.match(output, 'late ran');
  assert.match(output, '(2 / 2)');
});

test('a failing test fails the file', () => fails(`suite('s')('one', () => assert.is(1, 2));`, /FAIL.*one/));

test('a throwing before hook fails every test of its suite', () =>
  fails(
    `const test = suite('s');
     test.before(() => { throw new Error('no floor') });
     test('one', () => {}); test('two', () => {});`,
    /before hook failed[\s\S]*no floor[\s\S]*\(0 \/ 2\)/,
  ));

test('a throwing after hook fails the file', () =>
  fails(
    `const test = suite('s');
     test.after(() => { throw new Error('no ceiling') });
     test('one', () => {});`,
    /FAIL s › after[\s\S]*no ceiling/,
  ));

test('a throwing after.each fails its test, and the next ones still run', () =>
  fails(
    `const test = suite('s'); let n = 0;
     test.after.each(() => { if (n++ === 0) throw new Error('stuck') });
     test('one', () => {}); test('two', () => {});`,
    /\(1 \/ 2\)[\s\S]*"one"/,
  ));

test('each hooks go around each test', async () => {
  const { code, output } = await runAlone(`
    const test = suite('s'); const seen = [];
    test.before.each(() => void seen.push('b'));
    test.after.each(() => void seen.push('a'));
    test('one', () => void seen.push('1'));
    test('two', () => void seen.push('2'));
    test.after(() => assert.is(seen.join(''), 'b1ab2a'));
  `);
  assert.is(code, 0, output);
});

test('a hanging test fails by its name, and the next one runs', () =>
  fails(
    `const test = suite('s');
     test('hangs', { timeout: 50 }, () => new Promise(() => {}));
     test('next', () => console.log('next ran'));`,
    /next ran[\s\S]*"hangs"[\s\S]*not done after 50 ms/,
  ));

test('a file without a suite fails', () => fails('void suite;', /the file has no tests/));

test('a suite without a test fails', () => fails(`suite('hollow');`, /hollow[\s\S]*the suite has no tests/));

test('a test defined while the tests run fails', () =>
  fails(`const test = suite('s'); test('one', () => test('two', () => {}));`, /too late/));

test('only runs alone, and is refused in CI', async () => {
  const body = `const test = suite('s');
    test('one', () => {}); test.only('two', () => {});`;
  const { code, output } = await runAlone(body);
  assert.is(code, 0, output);
  assert.match(output, '(1 / 1)');
  await fails(body, /test\.only is for one's own desk/, { CI: 'true' });
});

test('a skip needs a reason', async () => {
  await fails(`suite('s').skip('one', '', () => {});`, /skipped without a reason/);
  const { code, output } = await runAlone(`suite('s').skip('one', 'no pty here', () => {});`);
  assert.is(code, 0, output);
  assert.match(output, 'no pty here');
});

test('process.exit in a test does not pass for an end', () =>
  fails(`suite('s')('one', () => process.exit(0));`, /Exiting early/));

test('an uncaught error names the test it struck', () =>
  fails(
    `suite('s')('one', () => new Promise(() => setTimeout(() => { throw new Error('stray') }, 10)));`,
    /uncaught while running "s › one"[\s\S]*stray/,
  ));

test('a file that does not end fails', () =>
  fails(`suite('s')('one', () => void setInterval(() => {}, 1000));`, /still alive after its last test/));

test('a file that throws while it is read fails', () =>
  fails(`suite('s')('one', () => {}); throw new Error('torn page');`, /torn page/));
