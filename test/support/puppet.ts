/**
 * Puppet commands (after wireit's test rig): tasks that announce themselves on a socket and wait for
 * orders, so that a test decides when each one ends and asserts what runs at once, without sleeping.
 *
 *     const rig = await puppets();
 *     const p = project(`tasks: { a: { run: ${JSON.stringify(rig.command('a'))} } }`);
 *     const run = p.ptask('run');
 *     const a = await rig.nextInvocation('a');
 *     assert.equal(rig.running(), ['a']);
 *     await a.exit(0);
 */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atEnd } from './cleanup.ts';
import { type Invocation, invocationOf } from './puppet-invocation.ts';
import { tempDir } from './tmp.ts';
import { within } from './within.ts';

export type { Invocation } from './puppet-invocation.ts';

const child = fileURLToPath(new URL('./puppet-child.cjs', import.meta.url));

export type Rig = {
  /**
   * The shell command that runs puppet `name`, with `args` after it. Words are quoted only where sh needs
   * it; in YAML, write it with JSON.stringify.
   */
  command: (name: string, ...args: string[]) => string;
  /** The next run of `name` not yet handed out, also one that is over already. Waits up to `timeout` ms. */
  nextInvocation: (name: string, timeout?: number) => Promise<Invocation>;
  /** The names connected now, sorted; a name running twice is there twice. */
  running: () => string[];
  /** The names in the order in which they announced themselves. */
  started: () => string[];
  /** Ends every puppet and orphan; happens by itself when the test file ends. */
  close: () => Promise<void>;
};

/** A rig of its own for a test: its names are unaware of other rigs' names. */
export async function puppets(): Promise<Rig> {
  const socketPath = join(tempDir('p-'), 's');
  const started: Invocation[] = [];
  const unclaimed: Invocation[] = [];
  const waiting: { name: string; take: (invocation: Invocation) => void }[] = [];
  const sockets = new Set<Socket>();
  const orphans: number[] = [];
  let closed = false;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    invocationOf(
      socket,
      (invocation) => {
        started.push(invocation);
        const index = waiting.findIndex(({ name }) => name === invocation.name);
        const [waiter] = index < 0 ? [] : waiting.splice(index, 1);
        if (waiter === undefined) unclaimed.push(invocation);
        else waiter.take(invocation);
      },
      (pid) => orphans.push(pid),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });

  const running = () =>
    started
      .filter((invocation) => invocation.connected())
      .map(({ name }) => name)
      .sort();

  const close = async () => {
    if (closed) return;
    closed = true;
    for (const invocation of started) if (invocation.connected()) kill(invocation.pid);
    for (const pid of orphans) kill(pid);
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  atEnd('close the puppets', close);

  return {
    command: (name, ...args) => [process.execPath, child, socketPath, name, ...args].map(quote).join(' '),
    nextInvocation: (name, timeout = 10_000) => {
      const index = unclaimed.findIndex((invocation) => invocation.name === name);
      const [ready] = index < 0 ? [] : unclaimed.splice(index, 1);
      if (ready !== undefined) return Promise.resolve(ready);
      const entry = { name, take: (_: Invocation) => {} };
      const arrived = () =>
        new Promise<Invocation>((resolve) => {
          entry.take = resolve;
          waiting.push(entry);
        });
      const seen = () =>
        `running: ${running().join(', ') || 'none'}; started so far: ${started.map((i) => i.name).join(', ') || 'none'}`;
      return within(timeout, `waiting for puppet "${name}"`, arrived, seen).finally(() => {
        const left = waiting.indexOf(entry);
        if (left >= 0) waiting.splice(left, 1);
      });
    },
    running,
    started: () => started.map(({ name }) => name),
    close,
  };
}

/** One word of sh. */
function quote(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself.
  }
}
