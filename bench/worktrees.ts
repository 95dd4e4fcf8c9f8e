// What isolation costs: tasks that change one file, each in a worktree of a large repository, against the same tasks in place, one
// after the other, and against a shell script that does by hand what one would do: add a worktree, run, commit, merge, remove.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contestant, type Figures, print, ratio, takeTurns } from './support/bench.ts';
import { tempDir } from './support/cleanup.ts';
import { ptask, quick } from './support/options.ts';
import { node, run } from './support/run.ts';

const FILES = quick ? 60 : 30_000;
const TASKS = quick ? 2 : 8;
const PER_FOLDER = 30;

const folderOf = (at: number): string => `packages/p${Math.floor(at / PER_FOLDER)}`;
const LINES = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
/** All tasks change the same file, each another line of it. */
const SHARED = `${folderOf(0)}/file0.txt`;
const change = (task: number): string =>
  `sed -i.bak 's/^line ${task * 4}$/task ${task}/' ${SHARED} && rm ${SHARED}.bak`;

const ids = Array.from({ length: TASKS }, (_, at) => at);
const config = (workspace: string): string =>
  JSON.stringify({
    worktrees: { dir: '../trees' },
    tasks: Object.fromEntries(ids.map((id) => [`t${id}`, { run: change(id), writes: [SHARED], workspace }])),
  });
const IN_PLACE = 'in-place.config.yaml';

/** The repository in a folder of its own, so that what is put beside it goes with it. */
async function repository(): Promise<string> {
  const root = join(tempDir(), 'repo');
  for (let at = 0; at < FILES; at += PER_FOLDER) {
    mkdirSync(join(root, folderOf(at)), { recursive: true });
    for (let file = at; file < Math.min(FILES, at + PER_FOLDER); file++)
      writeFileSync(join(root, folderOf(at), `file${file}.txt`), `${LINES}\n${file}\n`);
  }
  writeFileSync(join(root, 'parallel.config.yaml'), config('auto'));
  writeFileSync(join(root, IN_PLACE), config('shared'));
  writeFileSync(join(root, '.gitignore'), '.ptask/\n');
  const git = (...args: string[]) => run('git', args, { cwd: root });
  await git('init', '--quiet', '-b', 'main');
  await git('config', 'user.name', 'Bench');
  await git('config', 'user.email', 'bench@example.com');
  await git('config', 'gc.auto', '0');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'first');
  await git('tag', 'first');
  return root;
}

const root = await repository();
/** Every turn begins at the first commit. */
const again = () => run('git', ['reset', '--quiet', '--hard', 'first'], { cwd: root });

const byPtask = (how: string, ...more: string[]): Contestant => ({
  name: `ptask, ${how}`,
  async turn() {
    await again();
    const args = [ptask, 'run', '--json', '--reporter', 'silent', ...more];
    const ran = await node(args, { cwd: root });
    return { ...ran, insideMs: (JSON.parse(ran.stdout) as { durationMs: number }).durationMs };
  },
});

const byScript: Contestant = {
  name: 'shell script',
  async turn() {
    await again();
    const lines = ids.flatMap((id) => [
      `git worktree add --quiet -b task/t${id} ../trees/t${id} first`,
      `(cd ../trees/t${id} && ${change(id)} && git commit --quiet --all -m t${id})`,
      `git merge --quiet --no-edit task/t${id}`,
      `git worktree remove ../trees/t${id}`,
      `git branch --quiet -D task/t${id}`,
    ]);
    return run('sh', ['-ec', lines.join('\n')], { cwd: root });
  },
};

// Without a first round to warm up: each of them writes 30,000 files, and by then all of them are in the cache.
const contestants = [
  byPtask('apply', '--integrate', 'apply'),
  byPtask('merge', '--integrate', 'merge'),
  byPtask('in place', '--config', IN_PLACE),
  byScript,
];
const standings = await takeTurns(contestants, 1, { isWarmedUp: false });
const byHand = standings.find(({ name }) => name === 'shell script');
const rows = standings.map(
  ({ name, medianMs, bestMs, insideMs }): Figures => ({
    name,
    medianMs,
    bestMs,
    insideMs,
    msPerTask: Number((medianMs / TASKS).toFixed(1)),
    toScript: ratio(medianMs, byHand?.medianMs),
  }),
);
print({
  bench: 'worktrees',
  about:
    'Tasks isolated in a large repository, all changing one file, against a script of git commands in sequence.',
  settings: { files: FILES, tasks: TASKS, rounds: standings[0]?.rounds ?? 0 },
  rows,
});
