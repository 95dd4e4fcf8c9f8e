// A repository for `ptask learn`, and whether strace can be had.
import { spawnSync } from 'node:child_process';
import { type Project, projectAt } from '../support/cli.ts';
import { repo } from '../support/git.ts';

export const FILES = {
  '.gitignore': 'dist\nnode_modules\n.env\n',
  'package.json': '{"type":"module"}\n',
  'src/a.txt': 'a\n',
  'src/deep/b.txt': 'b\n',
  'docs/x.md': 'x\n',
  'docs/y.md': 'y\n',
};

export const canTrace =
  process.platform === 'linux' &&
  spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;

export const NO_STRACE = 'there is no strace that may trace here';

export async function made(config: string, files: Record<string, string> = {}): Promise<Project> {
  const { dir } = await repo({ files: { ...FILES, 'parallel.config.yaml': config, ...files } });
  return projectAt(dir);
}
