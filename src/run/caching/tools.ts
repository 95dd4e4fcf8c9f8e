// What the commands of `cache.tools` say of the tools that tasks use: asked once for a run.

import { digestOf } from '../../base/digest.ts';
import { startProcess } from '../../base/start-process.ts';
import type { Config } from '../../config/config.ts';
import type { Environment } from '../process/environment.ts';

/** Bytes of an output that count. */
const MOST = 1024 * 1024;
const PATIENCE_MS = 30_000;

export type Tools =
  | { ok: true; tools: [command: string, digest: string][] }
  /** A clause. */
  | { ok: false; reason: string };

export async function askTools({ root, cache, shell }: Config, env: Environment): Promise<Tools> {
  const all = await Promise.all(cache.tools.map((command) => ask(shell, command, root, env)));
  const failed = all.find(({ reason }) => reason !== undefined);
  if (failed?.reason !== undefined) return { ok: false, reason: failed.reason };
  return { ok: true, tools: all.map(({ command, digest }) => [command, digest]) };
}

async function ask(
  shell: string,
  command: string,
  cwd: string,
  env: Environment,
): Promise<{ command: string; digest: string; reason?: string }> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const { child, ended } = startProcess(shell, ['-c', command], {
    ...{ cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const said: Buffer[] = [];
  let bytes = 0;
  const hear = (chunk: Buffer): void => {
    if (bytes < MOST) said.push(chunk);
    bytes += chunk.length;
  };
  child?.stdout?.on('data', hear);
  child?.stderr?.on('data', hear);
  const { exitCode, signal: killedBy, error } = await ended;
  if (exitCode === 0) return { command, digest: digestOf(Buffer.concat(said).subarray(0, MOST)) };
  const how = signal.aborted
    ? `says nothing for ${PATIENCE_MS / 1_000} seconds`
    : error !== undefined
      ? `cannot be started (${error.message})`
      : killedBy !== undefined
        ? `was killed by ${killedBy}`
        : `ended with exit code ${exitCode}`;
  return { command, digest: '', reason: `\`${command}\`, of \`cache.tools\`, ${how}` };
}
