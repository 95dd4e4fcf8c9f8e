/**
 * buildbox-casd, a real server of the Remote Execution API: contents, action cache, execution. It is fetched once, from Debian, into a
 * folder that all test files share (`PTASK_TEST_CASD`, or the user's cache folder).
 *
 *     const rig = await casd({ jobs: 8 });
 *     rig.url; // grpc://127.0.0.1:…
 *     await rig.stop();
 *
 * Its runner executes on this machine and is no sandbox: a command finds the machine's programs, but its own folder.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atEnd } from './cleanup.ts';
import type { Machine } from './machines.ts';
import { tempDir } from './tmp.ts';

export interface CasdOptions {
  /** Commands that it executes at once. */
  jobs?: number;
  /** The same again after `stop`: what it holds lies there. */
  store?: string;
  port?: number;
  args?: readonly string[];
  /** Where it runs, if not here. */
  on?: Machine;
}

export interface Casd {
  url: string;
  port: number;
  store: string;
  /** What it logs. */
  log(): string;
  /** The processes that it has started and that are there. */
  processes(): string[];
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const script = fileURLToPath(new URL('./get-casd.sh', import.meta.url));

const folder = process.env.PTASK_TEST_CASD ?? join(userInfo().homedir, '.cache', 'ptask-test', 'casd');

/** Why there is none, for a skipped test; undefined where there is one. Fetches it where it must, in a minute. */
export function noCasd(): string | undefined {
  if (existsSync(join(folder, 'buildbox-casd'))) return undefined;
  if (process.platform !== 'linux') return 'buildbox-casd is there for Linux alone';
  try {
    execFileSync('sh', [script, folder], { stdio: 'pipe', timeout: 180_000 });
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    const [line = String(error)] = String(stderr ?? '').split('\n');
    return `buildbox-casd cannot be fetched from Debian (${line})`;
  }
  return undefined;
}

export async function casd({
  jobs = 4,
  store = tempDir('casd-'),
  args = [],
  on,
  ...at
}: CasdOptions = {}): Promise<Casd> {
  const port = at.port ?? (await freePort());
  const logFile = `${store}.log`;
  const log = openSync(logFile, 'a');
  atEnd(`remove ${logFile}`, () => rmSync(logFile, { force: true }));
  const host = on?.host ?? '127.0.0.1';
  const [program = '', ...first] = [...(on?.enter ?? []), join(folder, 'buildbox-casd')];
  const child = spawn(
    program,
    [
      ...[...first, '--bind', `${host}:${port}`, '--jobs', String(jobs)],
      ...['--buildbox-run', join(folder, 'buildbox-run-hosttools'), ...args, store],
    ],
    // Of a group of its own, so that all that it has started can be ended.
    { detached: true, env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, stdio: ['ignore', log, log] },
  );
  const over = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    endGroup(child, signal);
    await over;
    endGroup(child, 'SIGKILL');
  };
  atEnd('stop casd', () => stop());
  while (!(on === undefined ? await answers(port) : answersOn(on, port))) {
    if (child.exitCode !== null) throw new Error(`casd has ended: ${readFileSync(logFile, 'utf8')}`);
    await sleep(20);
  }
  return {
    ...{ url: `grpc://${host}:${port}`, port, store, stop },
    log: () => readFileSync(logFile, 'utf8'),
    processes: () => groupOf(child.pid as number),
  };
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(pid as number), signal);
  } catch {
    // Nobody is left.
  }
}

/** All of its group but itself, by their command lines. */
function groupOf(leader: number): string[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,args='], { encoding: 'utf8' });
  return all.split('\n').flatMap((line) => {
    const [, pid, group, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(group) === leader && Number(pid) !== leader ? [command] : [];
  });
}

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });

function answersOn({ host, enter: [program = '', ...first] }: Machine, port: number): boolean {
  const ask = [...first, 'bash', '-c', `exec 3<>/dev/tcp/${host}/${port}`];
  return spawnSync(program, ask, { stdio: 'ignore' }).status === 0;
}

export const freePort = (): Promise<number> =>
  new Promise((done, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
