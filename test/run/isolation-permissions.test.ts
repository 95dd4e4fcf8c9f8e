/** What ptask makes outside of the user's folder is no more open to others than what it is made of, from the first moment. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, project, projectAt } from '../support/cli.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree, type Written, write } from '../support/tmp.ts';

const test = suite('run/isolation: permissions');
const SLOW = { timeout: 120_000 };

const FILES: Record<string, Written> = {
  '.gitignore': 'secrets/\n*.key\n',
  open: '1\n',
  closed: { content: '1\n', mode: 0o600 },
  'tool.sh': { content: '#!/bin/sh\n', mode: 0o700 },
  'inner/x': '1\n',
};

/** A git that first writes down how open each worktree is. */
function watchingGit(trees: string, log: string): string {
  const folder = tempDir();
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const look = `find ${trees} -maxdepth 1 -mindepth 1 -exec stat -c '%a %n' {} + >> ${log} 2>/dev/null`;
  write(folder, { git: { content: `#!/bin/sh\n${look}\nexec ${real} "$@"\n`, mode: 0o755 } });
  return folder;
}

const SEEN = 'find . ! -path "*/.git*" ! -name modes | sort | xargs stat -c "%a %n" > modes';

async function ground(mode: number) {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  const config = JSON.stringify({
    concurrency: 1,
    worktrees: { dir: '../trees', copy: ['secrets/**', '*.key'] },
    tasks: {
      first: { run: `${SEEN}; echo 2 > closed`, writes: ['modes', 'closed'], workspace: 'worktree' },
      next: {
        run: `${SEEN}; stat -c %a . > top`,
        writes: ['modes', 'top'],
        workspace: 'worktree',
        needs: ['first'],
      },
    },
  });
  const made = await repo({ dir, files: { ...FILES, 'parallel.config.yaml': config } });
  write(dir, { 'secrets/deep/key': '1\n', 'a.key': { content: '1\n', mode: 0o640 } });
  chmodSync(join(dir, 'secrets'), 0o700);
  chmodSync(join(dir, 'inner'), 0o750);
  chmodSync(dir, mode);
  return { ...made, ...projectAt(dir) };
}

for (const mode of [0o700, 0o750, 0o755])
  test(`a worktree of a folder with ${mode.toString(8)}, and what is in it`, SLOW, async () => {
    if (process.platform !== 'linux') return;
    const made = await ground(mode);
    const log = join(tempDir(), 'log');
    const path = `${watchingGit(join(made.dir, '../trees'), log)}:${process.env.PATH}`;
    expectCode(await made.ptask('run', { env: { PATH: path } }), 0);
    const moments = readFileSync(log, 'utf8').trim().split('\n');
    assert.ok(moments.length > 5);
    for (const moment of moments)
      assert.is(Number.parseInt(moment, 8) & 0o777 & ~mode, 0, `${moment} is more than ${mode.toString(8)}`);
    const seen = readFileSync(join(made.dir, 'modes'), 'utf8').trim().split('\n');
    const modes = new Map(seen.map((line) => line.split(' ').reverse() as [string, string]));
    assert.is(readFileSync(join(made.dir, 'top'), 'utf8').trim(), mode.toString(8));
    const expected = {
      ...{ './closed': '600', './tool.sh': '700', './secrets': '700', './a.key': '640', './inner': '750' },
      ...{ './open': '644', './secrets/deep/key': '644' },
    };
    for (const [name, is] of Object.entries(expected)) assert.is(modes.get(name), is, name);
  });

test('what lies with the user is his alone, and so is what agents are told', SLOW, async () => {
  if (process.platform !== 'linux') return;
  const home = tempDir();
  const { dir, ptask } = project({
    config: JSON.stringify({
      agents: { helper: { run: 'cat > /dev/null' } },
      tasks: { t: { agent: 'helper', prompt: 'Do it.', writes: ['a'] } },
    }),
    files: { a: '1\n' },
  });
  expectCode(await ptask('run', { env: { HOME: home } }), 0);
  const tops = execFileSync(
    'find',
    [home, '-mindepth', '1', '-type', 'd', '-name', 'ptask', '-printf', '%m %p\\n'],
    {
      encoding: 'utf8',
    },
  );
  assert.match(tops, /\.local\/state\/ptask\n/);
  for (const line of tops.trim().split('\n')) assert.match(line, /^700 /);
  const [prompt = ''] = Object.keys(tree(join(dir, '.ptask'))).filter((path) =>
    path.includes('prompts/t.md'),
  );
  assert.match(prompt, / 0600$/);
});
