/**
 * Two machines on one: each with a network of its own, joined by a cable, and the second without the folders of the first. They are
 * namespaces, and are gone with the processes that hold them, which end with this one.
 *
 *     const machines = await twoMachines({ hidden: repository });
 *     execa(...machines.client.command('node', 'bin/ptask.cjs'));
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { atEnd } from './cleanup.ts';

export interface Machine {
  /** How the other one calls it. */
  host: string;
  /** What comes before a command that is to run on it. */
  enter: readonly string[];
}

/** Why there can be none, for a skipped test; undefined where there can. */
export function noMachines(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are there for Linux alone';
  try {
    const made = 'mount -t tmpfs none /mnt && ip link add one type veth peer name two';
    execFileSync('unshare', [...OWN, 'sh', '-c', made], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `no network namespaces can be made here (${String((error as { stderr?: unknown }).stderr ?? error).trim()})`;
  }
}

const OWN = ['--map-root-user', '--net', '--mount'];

/** @param hidden a folder that the server does not see */
export async function twoMachines({
  hidden,
}: {
  hidden: string;
}): Promise<{ client: Machine; server: Machine }> {
  const client = await machine('192.0.2.1', [], OWN);
  // Of the same user namespace, so that one may give the cable to the other.
  const server = await machine('192.0.2.2', client.enter, ['--net', '--mount']);
  const on = ({ enter }: Machine, command: string): unknown =>
    execFileSync(enter[0] as string, [...enter.slice(1), 'sh', '-euc', command], { stdio: 'pipe' });
  on(client, `ip link add here type veth peer name there; ip link set there netns ${server.pid}`);
  for (const [each, end] of [
    [client, 'here'],
    [server, 'there'],
  ] as const)
    on(each, `ip link set lo up; ip address add ${each.host}/24 dev ${end}; ip link set ${end} up`);
  on(server, `mount -t tmpfs none '${hidden}'`);
  return { client, server };
}

async function machine(
  host: string,
  outer: readonly string[],
  own: readonly string[],
): Promise<Machine & { pid: number }> {
  const [first = '', ...rest] = [...outer, 'unshare', ...own, 'sh', '-c', 'echo up; exec cat'];
  // It ends where nobody holds its input any more.
  const holder: ChildProcess = spawn(first, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd('end a machine', () => void holder.kill('SIGKILL'));
  await new Promise<void>((up, down) => {
    holder.stdout?.once('data', () => up());
    holder.once('exit', (code) => down(new Error(`a machine has ended with ${code}`)));
  });
  const pid = holder.pid as number;
  const enter = [
    'nsenter',
    '-t',
    String(pid),
    '--user',
    '--preserve-credentials',
    '--net',
    '--mount',
    '--wdns=/',
  ];
  return { host, enter, pid };
}
