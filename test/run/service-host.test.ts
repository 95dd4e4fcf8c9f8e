// Services that outlive a run: the next one takes them over, unless they are not what they were.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceHost } from '../../src/run/services/host.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { runConfig } from './support.ts';

const test = suite('run/service-host');

const command = (text: string): string => JSON.stringify(text);

test('a service stays up for the next run, whose log has what it prints then', async () => {
  const rig = await puppets();
  const root = tempDir();
  const services = new ServiceHost({ graceMs: 300 });
  const yaml = `tasks:
  db: { run: [echo prepared, ${command(rig.command('db'))}], service: true, ready: { log: up }, reads: [schema.sql] }
  t: { run: ${command(rig.command('t'))}, needs: db }
`;
  const first = runConfig(yaml, { root, services });
  const db = await rig.nextInvocation('db');
  await db.print('up\n');
  await (await rig.nextInvocation('t')).exit(0);
  const { report, output } = await first;
  assert.equal([report.status, output('db')], ['complete', 'prepared\nup\n']);
  assert.equal([rig.running(), services.names], [['db'], ['db']]);

  const second = runConfig(yaml, { root, services });
  const t = await rig.nextInvocation('t');
  await db.print('once more\n');
  await t.exit(0);
  const again = await second;
  assert.equal([again.report.status, again.output('db')], ['complete', 'once more\n']);
  const ready = again.events.find(({ type }) => type === 'service-ready');
  assert.is(ready?.type === 'service-ready' && ready.adopted, true);
  assert.equal(rig.started(), ['db', 't', 't']);

  // What it reads has changed: it is stopped first.
  writeFileSync(join(root, 'schema.sql'), 'x');
  const third = runConfig(yaml, { root, services });
  const other = await rig.nextInvocation('db');
  assert.equal(await db.ended, ['SIGTERM']);
  await other.print('up\n');
  await (await rig.nextInvocation('t')).exit(0);
  assert.is((await third).report.status, 'complete');

  // Its definition has changed.
  const fourth = runConfig(yaml.replace('echo prepared', 'echo anew'), { root, services });
  const last = await rig.nextInvocation('db');
  await other.ended;
  await last.print('up\n');
  await (await rig.nextInvocation('t')).exit(0);
  assert.is((await fourth).report.status, 'complete');
  await services.close();
  assert.equal([await last.ended, rig.running(), services.names], [['SIGTERM'], [], []]);
});

test('a run does not wait for services that only a person asked for; one that has ended is started anew', async () => {
  const rig = await puppets();
  const root = tempDir();
  let tell = (_: string): void => {};
  const told = new Promise<string>((done) => {
    tell = done;
  });
  const services = new ServiceHost({ graceMs: 300, onEnded: (id, how) => tell(`${id}: ${how}`) });
  const yaml = `tasks:\n  dev: { run: ${command(rig.command('dev'))}, service: true, ready: { log: up } }\n`;
  const first = runConfig(yaml, { root, services });
  const dev = await rig.nextInvocation('dev');
  await dev.print('up\n');
  const { report, events } = await first;
  const stopping = events.find(({ type }) => type === 'service-stopping');
  assert.equal([report.status, stopping?.type === 'service-stopping' && stopping.stays], ['complete', true]);
  await dev.exit(1);
  assert.is(await told, 'dev: exit code 1');
  const second = runConfig(yaml, { root, services });
  await (await rig.nextInvocation('dev')).print('up\n');
  assert.is((await second).report.status, 'complete');
  await services.close();
  assert.equal(rig.running(), []);
});

test('a run that is stopped stops them', async () => {
  const rig = await puppets();
  const stop = new AbortController();
  const services = new ServiceHost({ graceMs: 300 });
  const running = runConfig(
    `tasks:
  db: { run: ${command(rig.command('db'))}, service: true, ready: { log: up } }
  t: { run: ${command(rig.command('t'))}, needs: db }
`,
    { services, signal: stop.signal },
  );
  const db = await rig.nextInvocation('db');
  await db.print('up\n');
  await rig.nextInvocation('t');
  stop.abort('SIGINT');
  assert.is((await running).report.status, 'interrupted');
  await db.ended;
  assert.equal(services.names, []);
  await services.close();
});

//  build ─▶ db (service) ─▶ web (service) ─▶ use
test('what it needs has run again, or starts anew: it is stopped before that, and starts anew', async () => {
  const rig = await puppets();
  const root = tempDir();
  const services = new ServiceHost({ graceMs: 300 });
  const yaml = `tasks:
  build: { run: ${command(rig.command('build'))} }
  db: { run: ${command(rig.command('db'))}, service: true, ready: { log: up }, needs: build, reads: [schema] }
  web: { run: ${command(rig.command('web'))}, service: true, ready: { log: up }, needs: db }
  use: { run: ${command(rig.command('use'))}, needs: web }
`;
  const up = async (name: string) => {
    const invocation = await rig.nextInvocation(name);
    await invocation.print('up\n');
    return invocation;
  };
  const end = async (name: string): Promise<void> => (await rig.nextInvocation(name)).exit(0);
  const round = async () => {
    const running = runConfig(yaml, { root, services });
    await end('build');
    const both = [await up('db'), await up('web')] as const;
    await end('use');
    assert.is((await running).report.status, 'complete');
    return both;
  };
  const [db, web] = await round();
  const second = round();
  // The one that needs the other goes first.
  assert.equal(await web.ended, ['SIGTERM']);
  assert.equal(await db.ended, ['SIGTERM']);
  const [, again] = await second;
  await services.close();
  await again.ended;
});

test('its environment is another one, or it holds a resource: it does not stay up', async () => {
  const rig = await puppets();
  const root = tempDir();
  const services = new ServiceHost({ graceMs: 300 });
  const yaml = (more: string, top = 'one'): string => `env: { TOP: ${top} }
tasks:
  db: { run: ${command(rig.command('db'))}, service: true, ready: { log: up }${more} }
  t: { run: ':', needs: db }
`;
  const start = async (text: string) => {
    const running = runConfig(text, { root, services });
    const db = await rig.nextInvocation('db');
    await db.print('up\n');
    return { db, ...(await running) };
  };
  const first = await start(yaml(''));
  const kept = await runConfig(yaml(''), { root, services });
  assert.equal([kept.report.status, services.names], ['complete', ['db']]);
  const second = await start(yaml('', 'two'));
  assert.equal(await first.db.ended, ['SIGTERM']);
  const third = await start(yaml(', resources: { gpu: write }'));
  assert.equal([await second.db.ended, await third.db.ended], [['SIGTERM'], ['SIGTERM']]);
  assert.equal(services.names, []);
  const stopping = third.events.find(({ type }) => type === 'service-stopping');
  assert.is(stopping?.type === 'service-stopping' && stopping.stays, undefined);
  await services.close();
});
