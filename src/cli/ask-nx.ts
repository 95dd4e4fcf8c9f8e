// Asking nx for its projects. Its plugins are code of the repository, which runs here and nowhere else in what proposes a config; so
// it is said, only `ptask migrate nx` does it, and only where there are plugins.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { startProcess } from '../base/start-process.ts';
import { isGraph, type NxAnswer, pluginsIn } from '../init/read/nx-answer.ts';
import { Repository } from '../init/read/repository.ts';
import { fieldsOf, textOf } from '../init/read/values.ts';
import { hang } from '../ui/layout.ts';
import type { Session } from './session.ts';

/** Undefined where there is nothing to ask for. @param root absolute */
export async function askNx({ err }: Session, root: string): Promise<NxAnswer | undefined> {
  if (pluginsIn(fieldsOf(new Repository(root).json('nx.json'))).length === 0) return undefined;
  const program = findNx(root);
  if (program === undefined)
    return { problem: 'nx is not installed here; install it, and run this command again' };
  err.write(
    `${hang('', 'asking nx for its projects (nx graph), which runs its plugins', err.columns()).join('\n')}\n`,
  );
  // Nothing that nx keeps for itself is left in the repository.
  const folder = mkdtempSync(join(tmpdir(), 'ptask-nx-'));
  const leave = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  // Ctrl-C is for nx as well, which the terminal tells itself.
  const onSignal = (signal: NodeJS.Signals): void => {
    leave();
    process.kill(process.pid, signal);
  };
  for (const name of SIGNALS) process.once(name, onSignal);
  try {
    return await answerOf(program, root, folder);
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
    leave();
  }
}

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

interface Program {
  file: string;
  version: string;
}

/** Where Node would find it, and where nx puts itself in a repository without packages. */
function findNx(root: string): Program | undefined {
  const folders = [join(root, '.nx/installation')];
  for (let at = root; ; at = dirname(at)) {
    folders.push(at);
    if (at === dirname(at)) break;
  }
  for (const folder of folders) {
    const home = join(folder, 'node_modules/nx');
    const manifest = fieldsOf(
      orElse(() => JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as unknown, undefined),
    );
    const bin = textOf(fieldsOf(manifest.bin).nx);
    if (bin !== undefined) return { file: join(home, bin), version: textOf(manifest.version) ?? '' };
  }
  return undefined;
}

/** Milliseconds. The graph of a large repository takes nx a minute on a slow machine. */
const PATIENCE = 180_000;
/** Characters of what nx prints that are kept. */
const MOST = 64 * 1024;

async function answerOf({ file, version }: Program, root: string, folder: string): Promise<NxAnswer> {
  const written = join(folder, 'graph.json');
  let printed = '';
  const { child, ended } = startProcess(process.execPath, [file, 'graph', `--file=${written}`], {
    cwd: root,
    env: {
      ...process.env,
      ...{ NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_INTERACTIVE: 'false', NX_TUI: 'false', NO_COLOR: '1' },
      ...{ NX_WORKSPACE_DATA_DIRECTORY: join(folder, 'data'), NX_CACHE_DIRECTORY: join(folder, 'cache') },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child?.stdout, child?.stderr])
    stream?.on('data', (chunk: Buffer) => {
      printed = `${printed}${chunk.toString()}`.slice(0, MOST);
    });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child?.kill('SIGKILL');
  }, PATIENCE);
  const { exitCode, signal, error } = await ended;
  clearTimeout(timer);
  if (isLate) return { problem: `nx graph was stopped after ${PATIENCE / 60_000} minutes` };
  const graph = orElse(() => JSON.parse(readFileSync(written, 'utf8')) as unknown, undefined);
  if (exitCode === 0 && isGraph(graph)) return { graph, version };
  if (exitCode === 0) return { problem: 'nx graph wrote no graph of projects' };
  const why =
    error?.message ?? firstLine(printed) ?? (signal === undefined ? `exit code ${exitCode}` : signal);
  return { problem: `nx graph failed: ${why}` };
}

/** What nx says went wrong, without the badge that it puts before it. */
const firstLine = (printed: string): string | undefined =>
  printed
    .split('\n')
    .map((line) => line.replace(/^\s*(?:>\s*)?NX\s+/, '').trim())
    .find((line) => line !== '');
