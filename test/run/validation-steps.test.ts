/** Validation steps side by side, in a real run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repo } from '../support/git.ts';
import { puppets, type Rig } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/validation/steps');

type Step = { name: string; run: string; needs?: string[]; when?: { changed: string[] } };

const text = (validate: Step[], concurrency = 2): string =>
  JSON.stringify({ concurrency, tasks: { a: { run: 'echo 1 > made', writes: ['made'] } }, validate });

const told = ({ report }: Ran): string[] =>
  report.validation.map(({ name, status, reason }) => `${name} ${status}${reason ? `: ${reason}` : ''}`);

const puppet = (rig: Rig, name: string, ...needs: string[]): Step => ({
  name,
  run: rig.command(name),
  needs,
});

test('as many at once as there are slots, in the order of declaration', async () => {
  const rig = await puppets();
  const steps = ['x', 'y', 'z'].map((name) => puppet(rig, name));
  const running = runConfig(text(steps));
  const [x, y] = await Promise.all([rig.nextInvocation('x'), rig.nextInvocation('y')]);
  assert.equal(rig.running(), ['x', 'y']);
  await y.exit(1);
  const z = await rig.nextInvocation('z');
  assert.equal(rig.running(), ['x', 'z']);
  await z.exit(0);
  await x.exit(0);
  const ran = await running;
  assert.equal(told(ran), ['x passed', 'y failed: exit code 1', 'z passed']);
  assert.is(ran.report.firstFailure, 'y');
});

test('one slot: one after the other, as declared', async () => {
  const ran = await runConfig(
    text(
      ['x', 'y', 'z'].map((name) => ({ name, run: `echo ${name}` })),
      1,
    ),
  );
  assert.equal(
    ran.events.flatMap((event) =>
      event.type === 'validation-started' || event.type === 'validation-finished'
        ? [`${event.type === 'validation-started' ? '+' : '-'}${event.name}`]
        : [],
    ),
    ['+x', '-x', '+y', '-y', '+z', '-z'],
  );
  assert.is(readFileSync(join(ran.folder, 'validation/2.out'), 'utf8'), 'y\n');
});

test('a step waits for those that it needs, also for later ones', async () => {
  const rig = await puppets();
  const running = runConfig(text([puppet(rig, 'last', 'x', 'y'), puppet(rig, 'x'), puppet(rig, 'y')], 3));
  const [x, y] = await Promise.all([rig.nextInvocation('x'), rig.nextInvocation('y')]);
  await x.exit(0);
  assert.equal(rig.running(), ['y']);
  await y.exit(0);
  await (await rig.nextInvocation('last')).exit(0);
  assert.equal(told(await running), ['last passed', 'x passed', 'y passed']);
  assert.is(rig.started().at(-1), 'last');
});

test('what needs a step that failed is skipped; one that had nothing to check is in nobody’s way', async () => {
  const ran = await runConfig(
    text([
      { name: 'bad', run: 'exit 3' },
      { name: 'after', run: 'true', needs: ['bad'] },
      { name: 'after that', run: 'true', needs: ['after'] },
      { name: 'idle', run: 'true', when: { changed: ['nothing'] } },
      { name: 'after idle', run: 'true', needs: ['idle'] },
    ]),
  );
  assert.equal(told(ran), [
    'bad failed: exit code 3',
    'after skipped: bad failed',
    'after that skipped: after did not run',
    'idle skipped: nothing changed in nothing',
    'after idle passed',
  ]);
});

test('what a step writes is no change of the run', async () => {
  const root = tempDir();
  write(root, { log: 'old\n' });
  const steps = [
    { name: 'writes', run: 'echo new > log' },
    { name: 'if changed', run: 'exit 1', needs: ['writes'], when: { changed: ['log'] } },
  ];
  assert.equal(told(await runConfig(text(steps), { root })), [
    'writes passed',
    'if changed skipped: nothing changed in log',
  ]);
});

test('a change that was not validated is still to be, though it comes from the cache by now', async () => {
  const { dir: root } = await repo({ files: { 'in.txt': '1\n' } });
  const yaml = (run: string, more = ''): string => `
cache: true
tasks:
  made: { run: cp in.txt out.txt, reads: [in.txt], writes: [out.txt] }
${more}
validate: [{ name: looks, run: '${run}', when: { changed: [out.txt] } }]
`;
  const statusOf = async (text: string): Promise<unknown[]> => {
    const { report } = await runConfig(text, { root });
    return report.validation.map(({ status, reason }) => [status, reason]);
  };
  const nothing = [['skipped', 'nothing changed in out.txt']];
  const other = "  other: { run: 'false' }";
  assert.equal(
    await statusOf(yaml('false', other)),
    [['skipped', 'not every task passed']],
    'it does not come to it',
  );
  assert.equal(await statusOf(yaml('false')), [['failed', 'exit code 1']]);
  assert.equal(await statusOf(yaml('exit 3')), [['failed', 'exit code 3']], 'it has not passed yet');
  assert.equal(await statusOf(yaml('true')), [['passed', undefined]]);
  assert.equal(await statusOf(yaml('false')), nothing);
});

test('Ctrl-C stops all that run, and no other begins', async () => {
  const rig = await puppets();
  const stop = new AbortController();
  const running = runConfig(
    text([puppet(rig, 'x'), puppet(rig, 'y'), puppet(rig, 'z'), puppet(rig, 'w', 'x')]),
    { signal: stop.signal },
  );
  const both = await Promise.all([rig.nextInvocation('x'), rig.nextInvocation('y')]);
  stop.abort('SIGINT');
  for (const each of both) assert.equal(await each.ended, ['SIGTERM']);
  const ran = await running;
  assert.equal(
    ran.report.validation.map(({ status }) => status),
    Array(4).fill('skipped'),
  );
  assert.equal(rig.started().sort(), ['x', 'y']);
  assert.is(ran.report.status, 'interrupted');
});
