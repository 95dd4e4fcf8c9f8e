// Asking nx for its projects. Its plugins are code of the repository, which runs here and nowhere else in what proposes a config; so
// it is said, only `ptask migrate nx` does it, and only where there are plugins.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { isGraph, type NxAnswer, pluginsIn } from '../init/read/nx-answer.ts';
import { Repository } from '../init/read/repository.ts';
import { fieldsOf, textOf } from '../init/read/values.ts';
import { openPipes } from '../run/process/pipes.ts';
import { shellWord } from '../run/process/platform.ts';
import { Processes } from '../run/process/process.ts';
import { hang } from '../ui/layout.ts';
import { watchSignals } from './interrupt.ts';
import type { Session } from './session.ts';

/** Milliseconds. The graph of a large repository takes nx a minute on a slow machine. */
const PATIENCE = 180_000;

/** Nobody wants the answer any more. */
export interface Interrupted {
  signal: NodeJS.Signals;
}

/** Undefined where there is nothing to ask for. @param root absolute */
export async function askNx(session: Session, root: string): Promise<NxAnswer | Interrupted | undefined> {
  if (pluginsIn(fieldsOf(new Repository(root).json('nx.json'))).length === 0) return undefined;
  const program = findNx(root);
  if (program === undefined)
    return { problem: 'nx is not installed here; install it, and run this command again' };
  const { err } = session;
  err.write(
    `${hang('', 'asking nx for its projects (nx graph), which runs its plugins', err.columns()).join('\n')}\n`,
  );
  const signals = watchSignals();
  const { signal: stop, kill } = signals.aborts;
  const end = new AbortController();
  kill.addEventListener('abort', () => end.abort());
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end.abort();
  }, PATIENCE);
  try {
    const answer = await answerOf(program, root, { stop, kill: end.signal });
    const signal = signals.received();
    if (signal !== undefined) return { signal };
    return isLate ? { problem: `nx graph was stopped after ${PATIENCE / 60_000} minutes` } : answer;
  } finally {
    clearTimeout(timer);
    signals.release();
  }
}

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

/** Characters of what nx prints that are kept. */
const MOST = 64 * 1024;
/** Milliseconds between asking it to end and ending it. It has nothing to put in order. */
const GRACE_MS = 2_000;

interface Ends {
  stop: AbortSignal;
  /** At once. */
  kill: AbortSignal;
}

/** It ends with all that it has started, whoever holds its output open, and leaves nothing of its own in the repository. */
export async function answerOf(
  { file, version }: Program,
  root: string,
  { stop, kill }: Ends,
): Promise<NxAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'ptask-nx-'));
  const written = join(folder, 'graph.json');
  let printed = '';
  const closePipes = openPipes();
  const processes = new Processes({ kill, graceMs: GRACE_MS, onGroup: () => () => {}, onRaw() {} });
  try {
    const words = [process.execPath, file, 'graph', `--file=${written}`];
    const { exitCode, signal, error } = await processes.start({
      command: `exec ${words.map((word) => shellWord(word, 'sh')).join(' ')}`,
      shell: 'sh',
      cwd: root,
      env: {
        ...process.env,
        ...{
          NX_DAEMON: 'false',
          NX_NO_CLOUD: 'true',
          NX_INTERACTIVE: 'false',
          NX_TUI: 'false',
          NO_COLOR: '1',
        },
        ...{ NX_WORKSPACE_DATA_DIRECTORY: join(folder, 'data'), NX_CACHE_DIRECTORY: join(folder, 'cache') },
      },
      onOutput: (chunk) => {
        printed = `${printed}${chunk.toString()}`.slice(0, MOST);
      },
      stop,
    }).result;
    const graph = orElse(() => JSON.parse(readFileSync(written, 'utf8')) as unknown, undefined);
    if (exitCode === 0 && isGraph(graph)) return { graph, version };
    if (exitCode === 0) return { problem: 'nx graph wrote no graph of projects' };
    const why = error ?? firstLine(printed) ?? signal ?? `exit code ${exitCode}`;
    return { problem: `nx graph failed: ${why}` };
  } finally {
    processes.close();
    closePipes();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What nx says went wrong, without the badge that it puts before it. */
const firstLine = (printed: string): string | undefined =>
  printed
    .split('\n')
    .map((line) => line.replace(/^\s*(?:>\s*)?NX\s+/, '').trim())
    .find((line) => line !== '');
