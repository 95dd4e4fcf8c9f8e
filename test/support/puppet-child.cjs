/**
 * The puppet: `node puppet-child.cjs <socket> <name> [argument…]`. Says who it is, obeys orders, decides
 * nothing. Plain JavaScript, because it starts many times and must start fast. See puppet.ts.
 *
 * Lines of JSON both ways. It sends {hello}, {signal}, {done: id, value | error}; it gets {id, order, …}.
 */
const { connect } = require('node:net');

const [socketPath, name, ...args] = process.argv.slice(2);
const socket = connect(socketPath);
const send = (message, then) => socket.write(`${JSON.stringify(message)}\n`, then);
const ignored = new Set();

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  const onSignal = () => {
    send({ signal }, () => {
      if (ignored.has(signal)) return;
      // Dies the way it would have without a handler, now that the signal has been told.
      process.removeListener(signal, onSignal);
      process.kill(process.pid, signal);
    });
  };
  process.on(signal, onSignal);
}

const orders = {
  stdout: ({ text }) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
  stderr: ({ text }) => new Promise((resolve) => process.stderr.write(text, () => resolve())),
  write: ({ path, content }) => {
    const fs = require('node:fs');
    fs.mkdirSync(require('node:path').dirname(path), { recursive: true });
    fs.writeFileSync(path, content);
  },
  read: ({ path }) => require('node:fs').readFileSync(path, 'utf8'),
  remove: ({ path }) => require('node:fs').rmSync(path, { recursive: true, force: true }),
  ignore: ({ signal }) => void ignored.add(signal),
  orphan: ({ detached, holdOutput, ignoreSigterm }) => {
    const script = `${ignoreSigterm ? "process.on('SIGTERM', () => {});" : ''}process.send('up');process.disconnect();setInterval(() => {}, 1e9)`;
    const output = holdOutput ? 'inherit' : 'ignore';
    const child = require('node:child_process').spawn(process.execPath, ['-e', script], {
      detached,
      stdio: ['ignore', output, output, 'ipc'],
    });
    // Told once it is up, so that a signal sent to it next finds its handlers.
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('message', () => {
        child.unref();
        resolve(child.pid);
      });
    });
  },
  exit: ({ code }) => {
    process.exitCode = code;
    socket.end(() => process.exit(code));
    return new Promise(() => {});
  },
};

let buffer = '';
socket.setEncoding('utf8');
socket.on('connect', () => {
  send({ hello: { name, args, cwd: process.cwd(), pid: process.pid, ppid: process.ppid, env: process.env } });
});
socket.on('data', async (chunk) => {
  buffer += chunk;
  const lines = buffer.split('\n');
  buffer = lines.pop();
  for (const line of lines) {
    const { id, order, ...rest } = JSON.parse(line);
    try {
      send({ done: id, value: await orders[order](rest) });
    } catch (error) {
      send({ done: id, error: String(error) });
    }
  }
});
// Without its rig it has nobody to obey. 99, so that a log shows where it came from.
socket.on('error', () => process.exit(99));
socket.on('close', () => process.exit(process.exitCode ?? 99));
