// A kill of ptask leaves services running; the next command ends them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectCode, project } from '../support/cli.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/services-kill');

const config = (db: string, t: string): string => `tasks:
  db: { run: ${JSON.stringify(`echo half > data; ${db}`)}, service: true, ready: { log: up }, writes: [data] }
  t: { run: ${JSON.stringify(t)}, needs: db }
`;

test('kill -9 while a service is up: its processes are ended, and what it wrote is put back', async () => {
  const rig = await puppets();
  const made = project({ config: config(rig.command('db'), rig.command('t')), files: { data: 'whole' } });
  const started = made.start();
  const db = await rig.nextInvocation('db');
  await db.print('up\n');
  const t = await rig.nextInvocation('t');
  started.kill('SIGKILL');
  await started.result;
  const { stdout, stderr } = expectCode(await made.ptask('clean'), 0);
  assert.match(stdout + stderr, /recovered run .* was killed/);
  await Promise.all([db.ended, t.ended]);
  assert.equal(rig.running(), []);
  assert.is(readFileSync(join(made.dir, 'data'), 'utf8'), 'whole');
});

test('Ctrl-C while a service that nobody needs is up ends it, and ptask with 0', async () => {
  const rig = await puppets();
  const made = project(
    `tasks:\n  dev: { run: ${JSON.stringify(rig.command('dev'))}, service: true, ready: { log: up } }\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const started = made.start('dev');
    const dev = await rig.nextInvocation('dev');
    await dev.print('up\n');
    while (!started.output().includes('Ctrl-C stops it')) await sleep(10);
    started.kill(signal);
    expectCode(await started.result, 0);
    assert.equal(await dev.ended, ['SIGTERM']);
  }
});
