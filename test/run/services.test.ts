// Services in a run: up as long as they are needed, stopped in order, and what their end means for who needs them.
import { createServer } from 'node:net';
import { atEnd } from '../support/cleanup.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { runConfig } from './support.ts';

const test = suite('run/services');

const command = (text: string): string => JSON.stringify(text);

/** A port of this machine, and who listens on it. */
async function listen(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
  atEnd('close the server', close);
  return { port: (server.address() as { port: number }).port, close };
}

/** One that nobody listens on. */
async function freePort(): Promise<number> {
  const { port, close } = await listen();
  await close();
  return port;
}

const serverOn = (port: number, more = ''): string =>
  `node -e ${command(`require('http').createServer((q,r)=>{r.statusCode=q.url==='/up'?200:500;r.end('hello')}).listen(${port},'127.0.0.1');${more}`)}`;

test('dependents start when the log says ready, without its colors; it is stopped after the last of them', async () => {
  const rig = await puppets();
  const running = runConfig(`concurrency: 1
tasks:
  db: { run: [echo prepared, ${command(rig.command('db'))}], service: true, ready: { log: '/ready IN \\d+/i' } }
  a: { run: ${command(rig.command('a'))}, needs: db }
  b: { run: ${command(rig.command('b'))}, needs: a }
`);
  const db = await rig.nextInvocation('db');
  await db.print('not yet\nready ');
  assert.equal(rig.running(), ['db']);
  await db.print('\u001b[32min\u001b[0m 12 ms');
  const a = await rig.nextInvocation('a');
  await a.exit(0);
  const b = await rig.nextInvocation('b');
  assert.equal(rig.running(), ['b', 'db']);
  await b.exit(0);
  const { report, task, events, output } = await running;
  assert.equal(await db.ended, ['SIGTERM']);
  assert.equal([report.status, task('db').status], ['complete', 'passed']);
  assert.ok((task('db').service?.readyMs ?? 0) > 0);
  assert.match(output('db'), /^prepared\nnot yet\nready /);
  const types = events.flatMap((event) => ('id' in event && event.id === 'db' ? event.type : []));
  assert.equal(
    types.filter((type) => type !== 'task-output'),
    ['task-started', 'service-ready', 'service-stopping', 'task-finished'],
  );
  // What it did once it was ready is no work.
  const { readyMs = 0 } = task('db').service ?? {};
  assert.ok(report.workMs < readyMs + task('a').durationMs + task('b').durationMs + 50);
});

test('a port, and a URL that answers well', async () => {
  const [one, two] = [await freePort(), await freePort()];
  const { report, output } = await runConfig(`tasks:
  api: { run: ${command(serverOn(one))}, service: true, ready: { port: ${one} } }
  web: { run: ${command(serverOn(two))}, service: true, needs: api, ready: { url: 'http://localhost:${two}/up' } }
  t: { needs: web, run: ${command(`node -e "fetch('http://127.0.0.1:${one}/').then((r) => r.text()).then(console.log)"`)} }
`);
  assert.is(report.status, 'complete');
  assert.is(output('t'), 'hello\n');
});

test('a command that ends with 0', async () => {
  const { report, output, task } = await runConfig(`tasks:
  s: { run: 'echo x > up; exec sleep 1000', service: true, ready: { command: test -f up }, writes: [up] }
  t: { run: cat up, needs: s }
`);
  assert.equal([report.status, output('t')], ['complete', 'x\n']);
  // Undo knows what it has written.
  assert.equal(task('s').filesChanged, [{ path: 'up', change: 'created' }]);
});

test('a port that somebody else has is no sign of readiness', async () => {
  const { port } = await listen();
  const { task } = await runConfig(`tasks:
  db: { run: sleep 1000, service: true, ready: { port: ${port} } }
  t: { run: echo x, needs: db }
`);
  assert.is(task('db').reason, `port ${port} is already in use by another process`);
  assert.equal([task('t').status, task('t').because], ['skipped', 'db']);
});

test('one that is not ready in time has failed, with what it lacked, and is tried again', async () => {
  const port = await freePort();
  const { task, story } = await runConfig(`tasks:
  db: { run: echo hi; exec sleep 1000, service: true, ready: { port: ${port}, timeout: 100ms }, retry: { times: 1, delay: 0ms } }
  t: { run: echo x, needs: db }
`);
  assert.is(task('db').reason, `not ready after 100ms: nothing listens on port ${port}`);
  assert.equal(story, ['started db', 'started db again', 'finished db failed', 'finished t skipped']);
});

test('one that ends before it is ready says how, and that it is to stay in the foreground', async () => {
  const { task } = await runConfig(`tasks:
  daemon: { run: 'true', service: true, ready: { log: never } }
  broken: { run: exit 3, service: true, ready: { log: never } }
  t: { run: echo x, needs: daemon }
  u: { run: echo x, needs: broken }
`);
  assert.is(
    task('daemon').reason,
    'ended before it was ready (exit code 0); the command of a service stays in the foreground',
  );
  assert.is(task('broken').reason, 'ended before it was ready (exit code 3)');
});

test('one that is to be tried again, and that nobody needs any more, is not: it has failed', async () => {
  const rig = await puppets();
  const running = runConfig(`tasks:
  x: { run: ${command(rig.command('x'))} }
  db: { run: exit 4, service: true, ready: { log: up }, retry: { times: 3, delay: 30s } }
  t: { run: ':', needs: [db, x] }
`);
  const x = await rig.nextInvocation('x');
  await x.exit(3);
  const { task } = await running;
  assert.equal([task('db').status, task('db').attempts, task('t').status], ['failed', 1, 'skipped']);
});

test('one that ends while it is needed fails who runs, with its last lines, and skips who waits', async () => {
  const rig = await puppets();
  const running = runConfig(`tasks:
  db: { run: ${command(rig.command('db'))}, service: true, ready: { log: up }, retry: 3 }
  a: { run: ${command(rig.command('a'))}, needs: db, retry: 3 }
  b: { run: echo x, needs: a }
  c: { run: ${command(rig.command('c'))} }
`);
  const db = await rig.nextInvocation('db');
  await db.print('up\n');
  const [, c] = await Promise.all([rig.nextInvocation('a'), rig.nextInvocation('c')]);
  await db.print('no memory\n');
  await db.exit(7);
  await c.exit(0);
  const { task, output, story } = await running;
  assert.is(task('db').reason, 'ended while it was needed (exit code 7)');
  assert.equal(task('db').output.tail, ['up', 'no memory']);
  assert.equal([task('a').status, task('a').reason], ['failed', 'its service db ended (exit code 7)']);
  assert.match(output('a'), 'ptask: its service db ended (exit code 7)\n  up\n  no memory\n');
  assert.equal([task('b').status, task('b').because], ['skipped', 'db']);
  assert.is(task('c').status, 'passed');
  assert.not.ok(story.some((each) => each.endsWith('again')));
});

test('who asks only for a service has it until he ends the run, which is no failure', async () => {
  const rig = await puppets();
  const stop = new AbortController();
  let end = (): void => {};
  const over = new Promise<void>((done) => {
    end = done;
  });
  const running = runConfig(
    `validate: [{ name: v, run: echo x }]
tasks:
  db: { run: ${command(rig.command('db'))}, service: true, ready: { log: up } }
  dev: { run: ${command(rig.command('dev'))}, service: true, ready: { log: up }, needs: db }
  t: { run: echo x }
`,
    {
      tasks: ['dev', 't'],
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'task-finished' && event.id === 't') end();
        // Once it is known to all that it is ready.
        if (event.type === 'service-ready' && event.id === 'dev') setImmediate(() => stop.abort('SIGINT'));
      },
    },
  );
  const db = await rig.nextInvocation('db');
  await db.print('up\n');
  const dev = await rig.nextInvocation('dev');
  await over;
  await dev.print('up\n');
  const { report, story } = await running;
  assert.equal([report.status, report.validation[0]?.status], ['complete', 'skipped']);
  assert.equal(story.slice(-2), ['finished dev passed', 'finished db passed']);
});

test('Ctrl-C while tasks run stops them first, then the services that they need', async () => {
  const rig = await puppets();
  const stop = new AbortController();
  const running = runConfig(
    `tasks:
  db: { run: ${command(rig.command('db'))}, service: true, ready: { log: up } }
  web: { run: ${command(rig.command('web'))}, service: true, ready: { log: up }, needs: db }
  t: { run: ${command(rig.command('t'))}, needs: web }
`,
    { signal: stop.signal },
  );
  for (const name of ['db', 'web']) await (await rig.nextInvocation(name)).print('up\n');
  await rig.nextInvocation('t');
  stop.abort('SIGINT');
  const { report, story } = await running;
  assert.is(report.status, 'interrupted');
  assert.equal(story.slice(-3), ['finished t cancelled', 'finished web cancelled', 'finished db cancelled']);
  assert.equal(rig.running(), []);
});

test('a service is not started where all that needs it comes from the cache', async () => {
  const yaml = `tasks:
  db: { run: 'echo >> started; exec sleep 1000', service: true, writes: [started] }
  t: { run: echo hi, needs: db, reads: [], writes: [], cache: true }
`;
  const first = await runConfig(yaml);
  assert.equal([first.report.status, first.task('db').attempts], ['complete', 1]);
  const { report, task } = await runConfig(yaml, { root: first.root });
  assert.equal([report.status, report.cache?.hits], ['complete', 1]);
  assert.equal([task('db').attempts, task('db').reason], [0, 'not started: nothing needed it']);
});
