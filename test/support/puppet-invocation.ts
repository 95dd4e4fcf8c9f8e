/** One run of a puppet, seen from the test: what it announced, and the orders it takes. */
import type { Socket } from 'node:net';
import { isAlive } from './survivors.ts';
import { within } from './within.ts';

type Hello = {
  name: string;
  /** Arguments after the name. */
  args: string[];
  cwd: string;
  pid: number;
  ppid: number;
  env: Record<string, string>;
};
type Message =
  | { hello: Hello }
  | { signal: NodeJS.Signals }
  | { done: number; value?: unknown; error?: string };
type Settle = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** Milliseconds for an order to be done. */
const ORDER_LIMIT = 10_000;

export type OrphanOptions = {
  /** In a process group (and session) of its own. */
  detached?: boolean;
  /** Keeps the puppet's stdout and stderr open, so that whoever waits for their end waits for it. */
  holdOutput?: boolean;
  ignoreSigterm?: boolean;
};
export type Orphan = { pid: number; alive: () => boolean };

/** Each order resolves once the puppet has done it, and fails if the puppet ends first. */
export type Invocation = Hello & {
  print: (text: string) => Promise<void>;
  stderr: (text: string) => Promise<void>;
  /** Paths are relative to the puppet's folder. */
  writeFile: (path: string, content: string) => Promise<void>;
  readFile: (path: string) => Promise<string>;
  remove: (path: string) => Promise<void>;
  /** Starts a process that outlives the puppet; the rig ends it. */
  spawnOrphan: (options?: OrphanOptions) => Promise<Orphan>;
  /** From now on the signal is told but not obeyed. */
  ignore: (signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP') => Promise<void>;
  ignoreSigterm: () => Promise<void>;
  /** Ends it; resolves when it has disconnected. */
  exit: (code?: number) => Promise<void>;
  connected: () => boolean;
  /** The signals it got so far, in order; a SIGKILL is seen only as an end. */
  signals: NodeJS.Signals[];
  /** Resolves with the first signal it gets, or got; fails if it ends without one. */
  signalled: Promise<NodeJS.Signals>;
  /** Resolves when it has disconnected, whatever the reason, with the signals it got. */
  ended: Promise<NodeJS.Signals[]>;
};

/** Reads the socket; calls `announce` once the puppet has said who it is. */
export function invocationOf(
  socket: Socket,
  announce: (invocation: Invocation) => void,
  adopt: (pid: number) => void,
): void {
  const orders = new Map<number, Settle>();
  const signals: NodeJS.Signals[] = [];
  let nextId = 1;
  let connected = true;
  let name = '?';
  let gotSignal: Settle | undefined;

  const signalled = new Promise<NodeJS.Signals>((resolve, reject) => {
    gotSignal = { resolve: resolve as Settle['resolve'], reject };
  });
  // Most tests never look at it, and its failure is then nobody's.
  signalled.catch(() => {});
  const ended = new Promise<NodeJS.Signals[]>((resolve) => {
    socket.once('close', () => {
      connected = false;
      const error = new Error(`puppet "${name}" has ended (signals: ${signals.join(', ') || 'none'})`);
      for (const { reject } of orders.values()) reject(error);
      gotSignal?.reject(error);
      resolve(signals);
    });
  });
  // A killed puppet resets its connection; `close` follows and says what matters.
  socket.on('error', () => {});

  const order = (what: string, rest: object = {}): Promise<unknown> => {
    const send = () =>
      new Promise<unknown>((resolve, reject) => {
        if (!connected) throw new Error(`puppet "${name}" has ended, it cannot ${what}`);
        const id = nextId++;
        orders.set(id, { resolve, reject });
        socket.write(`${JSON.stringify({ id, order: what, ...rest })}\n`);
      });
    return within(ORDER_LIMIT, `puppet "${name}": ${what}`, send);
  };

  const onMessage = (message: Message) => {
    if ('hello' in message) {
      name = message.hello.name;
      announce(invocation(message.hello));
    } else if ('signal' in message) {
      signals.push(message.signal);
      gotSignal?.resolve(message.signal);
    } else {
      const settle = orders.get(message.done);
      orders.delete(message.done);
      if (message.error !== undefined) settle?.reject(new Error(`puppet "${name}": ${message.error}`));
      else settle?.resolve(message.value);
    }
  };
  let buffer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    const lines = buffer.split('\n');
    buffer = lines.pop() ?? '';
    for (const line of lines) onMessage(JSON.parse(line) as Message);
  });

  const invocation = (hello: Hello): Invocation => ({
    ...hello,
    print: async (text) => void (await order('stdout', { text })),
    stderr: async (text) => void (await order('stderr', { text })),
    writeFile: async (path, content) => void (await order('write', { path, content })),
    readFile: async (path) => (await order('read', { path })) as string,
    remove: async (path) => void (await order('remove', { path })),
    spawnOrphan: async (options = {}) => {
      const pid = (await order('orphan', options)) as number;
      adopt(pid);
      return { pid, alive: () => isAlive(pid) };
    },
    ignore: async (signal) => void (await order('ignore', { signal })),
    ignoreSigterm: async () => void (await order('ignore', { signal: 'SIGTERM' })),
    exit: async (code = 0) => {
      // The order itself is never answered: the end is the answer.
      order('exit', { code }).catch(() => {});
      await within(ORDER_LIMIT, `puppet "${name}": exit`, () => ended);
    },
    connected: () => connected,
    signals,
    signalled,
    ended,
  });
}
