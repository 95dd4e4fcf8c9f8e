/** For the rig's own tests: runs test files written on the spot, alone or under the runner. */
import { join } from 'node:path';
import { execa } from 'execa';
import { type Env, hermeticEnv, repositoryRoot } from './env.ts';
import { tempDir, write } from './tmp.ts';

/** A module beside this one, as text to put in an import. */
export const support = (name: string) => JSON.stringify(join(repositoryRoot, 'test/support', name));

const HEAD = `import { suite, assert } from ${support('suite.ts')};\n`;

export type Ended = { code: number | undefined; output: string; dir: string; lastLine: string };

/** Runs one test file by itself, with `suite` and `assert` imported. */
export async function runAlone(body: string, env: Env = {}): Promise<Ended> {
  const dir = folder({ 'it.test.ts': body });
  return run(dir, [join(dir, 'it.test.ts')], env);
}

/** Runs the runner on a folder with these test files. */
export async function runRunner(
  files: Record<string, string>,
  args: string[] = [],
  env: Env = {},
): Promise<Ended> {
  const dir = folder(files);
  return run(dir, [join(repositoryRoot, 'test/run.ts'), '--root', dir, ...args], env);
}

function folder(files: Record<string, string>): string {
  const dir = tempDir();
  const full = Object.entries(files).map(([name, body]) => [name, HEAD + body]);
  // tsx takes a .ts file for CommonJS unless a package says otherwise.
  write(dir, { 'package.json': '{"type":"module"}', ...Object.fromEntries(full) });
  return dir;
}

async function run(dir: string, args: string[], env: Env): Promise<Ended> {
  const { exitCode, all } = await execa(process.execPath, ['--import', import.meta.resolve('tsx'), ...args], {
    cwd: dir,
    env: hermeticEnv(env),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  return { code: exitCode, output: all, dir, lastLine: all.trimEnd().split('\n').at(-1) ?? '' };
}
