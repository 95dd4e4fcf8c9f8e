// A disk that is full from some call on: the run ends by itself and says why; once there is room again, the next command
// finds nothing that it could not put right. And a parent folder that may not be written to.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disturbed, disturbed, groundOf, judge, RUN } from '../support/fault-case.ts';
import { stateOf } from '../support/fault-check.ts';
import { faultScene } from '../support/fault-scene.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { each, sampled } from '../support/sample.ts';
import { smallDisk } from '../support/small-disk.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/fault-disk');
const HOURS = 4 * 60 * 60 * 1000;

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

for (const [variant, few] of [
  ['apply', 2],
  ['merge', 1],
] as const)
  test(`a full disk: ${variant}`, { timeout: HOURS }, async () => {
    const ground = await groundOf(ptask, variant);
    const results: (Disturbed & { at: string })[] = [];
    await each(sampled(ground.spacious, few), async (n) => {
      const fill = async (dir: string) => {
        const ran = await ptask.run(dir, RUN, { CRASH_ENOSPC_AT: String(n) });
        return {
          ...ran,
          isDisturbed: /ENOSPC/.test(ran.said),
          problems: ran.code === null ? ['it died'] : [],
        };
      };
      const result = await disturbed(ptask, variant, ground, ({ dir }) => fill(dir), ['clean'], n % 2 === 0);
      results.push({ ...result, at: `from call ${n} of ${ground.spacious}` });
    });
    judge(`full disk, ${variant}`, results);
  });

test('a disk that is really full', { timeout: 60_000 }, async () => {
  const disk = smallDisk(6);
  if (disk === undefined) return;
  const scene = await faultScene('apply', disk.folder);
  const before = await stateOf(scene);
  // Leaves room for some of it.
  for (const kilobytes of [40, 400]) {
    const ballast = join(disk.folder, 'ballast');
    const [, , , free = '0'] =
      execFileSync('df', ['-k', disk.folder], { encoding: 'utf8' }).split('\n')[1]?.split(/\s+/) ?? [];
    writeFileSync(ballast, Buffer.alloc(Math.max(0, Number(free) - kilobytes) * 1024));
    const ran = await ptask.run(scene.dir, RUN);
    assert.is.not(ran.code, null, ran.said);
    execFileSync('rm', [ballast]);
    await ptask.run(scene.dir, ['clean']);
    await ptask.run(scene.dir, ['undo']);
    assert.equal((await stateOf(scene)).files, before.files, ran.said);
  }
  assert.is((await ptask.run(scene.dir, RUN)).code, 1, 'one of the tasks is made to fail');
});

test('where nothing may be put beside the repository the worktrees go inside', async () => {
  const scene = await faultScene('apply');
  // Nothing is forbidden to root; but nobody makes a folder below a file.
  const isRoot = process.geteuid?.() === 0;
  const written = JSON.parse(await scene.git('show', 'HEAD:parallel.config.json'));
  if (isRoot) {
    writeFileSync(join(scene.around, 'file'), '');
    written.worktrees = { dir: '../file' };
    writeFileSync(join(scene.dir, 'parallel.config.json'), JSON.stringify(written));
  } else chmodSync(scene.around, 0o555);
  const before = await stateOf(scene);
  const { said, code } = await ptask.run(scene.dir, ['run', '--reporter', 'lines']);
  chmodSync(scene.around, 0o755);
  assert.is(code, 1, said);
  assert.match(said, /6 passed, 1 rolled back/);
  assert.equal((await stateOf(scene)).git.HEAD, before.git.HEAD);
});
