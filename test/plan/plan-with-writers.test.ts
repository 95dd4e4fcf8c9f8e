// Who asks for a task gets the tasks that write what it reads, where git does not have that.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../src/model/plan.ts';
import type { PlanOptions } from '../../src/plan/options.ts';
import { planWithWriters } from '../../src/plan/plan-with-writers.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { configOf } from './support.ts';

const test = suite('plan/plan-with-writers');

/** gen → build → size; fmt writes what git has. */
const CONFIG = `
tasks:
  fmt: { run: x, reads: [src/**], writes: [src/**] }
  gen: { run: x, reads: [schema], writes: [gen/**] }
  build: { run: x, reads: [src/**, gen/**], writes: [dist/**] }
  size: { run: x, reads: [dist/app.js], writes: [] }
  lint: { run: x, reads: [src/**], writes: [] }
  pack: { run: x, needs: size, writes: [pack.tgz] }
`;

const FILES = { 'src/a': '1', schema: '1', '.gitignore': 'dist/\ngen/\n' };
const MADE = { 'dist/app.js': '1', 'gen/x': '1' };

const planIn = async (dir: string, options: PlanOptions, yaml = CONFIG): Promise<Plan> => {
  const plan = await planWithWriters(configOf(yaml, dir), options);
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return plan.value;
};

const ids = async (...args: Parameters<typeof planIn>): Promise<string> =>
  (await planIn(...args)).tasks.map(({ id }) => id).join(' ');

test('what is ignored or is not there is written first, and what that reads as well', async () => {
  const { dir } = await repo({ files: FILES });
  for (const made of [{}, MADE]) {
    write(dir, made);
    assert.is(await ids(dir, { tasks: ['size'] }), 'gen build size');
    assert.is(await ids(dir, { tasks: ['pack'] }), 'gen build size pack');
    assert.is(await ids(dir, { tasks: ['lint'] }), 'lint');
    assert.is(await ids(dir, { tasks: ['size'], only: true }), 'size');
  }
});

test('what git has is written first where that is asked for', async () => {
  const { dir } = await repo({ files: FILES });
  assert.is(await ids(dir, { tasks: ['lint'], withWriters: true }), 'fmt lint');
  assert.is(await ids(dir, { tasks: ['size'], withWriters: true }), 'fmt gen build size');
  assert.is(await ids(dir, { tasks: ['size'], withWriters: true, only: true }), 'size');
});

test('the plan says who came along for whom, and who was left out', async () => {
  const { dir } = await repo({ files: FILES });
  const { chosen, notes } = await planIn(dir, { tasks: ['pack'] });
  assert.equal(
    chosen?.tasks.map(({ id, because }) => [id, ...Object.values(because)].join(' ')),
    ['gen writes gen/a build', 'build writes dist/app.js size', 'size needed pack', 'pack named'],
  );
  assert.equal(
    notes
      .filter(({ kind }) => kind === 'writer-left-out')
      .map(({ tasks, files }) => [...tasks, ...(files ?? [])].join(' ')),
    ['build fmt src/a'],
  );
  assert.is((await planIn(dir, { tasks: ['lint'] })).chosen, undefined);
});

test('without a repository only what is not there', async () => {
  const dir = tempDir();
  write(dir, FILES);
  assert.is(await ids(dir, { tasks: ['size'] }), 'gen build size');
  write(dir, MADE);
  assert.is(await ids(dir, { tasks: ['size'] }), 'size');
  assert.is(await ids(dir, { tasks: ['size'], withWriters: true }), 'fmt gen build size');
});

test("one pattern of a writer whose files are ignored is enough; files that are neither ignored nor tracked are somebody's", async () => {
  const yaml = `
tasks:
  both: { run: x, writes: [src/a, out/x] }
  mine: { run: x, writes: [notes] }
  read: { run: x, reads: [src/**, out/**, notes], writes: [] }
`;
  const { dir } = await repo({ files: { 'src/a': '', '.gitignore': 'out/\n' } });
  write(dir, { 'out/x': '', notes: '' });
  assert.is(await ids(dir, { tasks: ['read'] }, yaml), 'both read');
});

test('who writes only after the reader is of no use to it, nor is anybody to one that reads the state before', async () => {
  const yaml = `
tasks:
  read: { run: x, reads: [out/**], writes: [] }
  after: { run: x, needs: read, writes: [out/**] }
  early: { run: x, reads: [out/**], writes: [], snapshotReads: true }
`;
  const dir = tempDir();
  assert.is(await ids(dir, { tasks: ['read'] }, yaml), 'read');
  assert.is(await ids(dir, { tasks: ['read'], withWriters: true }, yaml), 'read');
  assert.is(await ids(dir, { tasks: ['early'] }, yaml), 'early');
});

test('in a folder below the top, behind a link, and in a repository of its own', async () => {
  const yaml = `
tasks:
  build: { run: x, writes: [dist/**] }
  deep: { run: x, writes: [inner/x] }
  size: { run: x, reads: [dist/**, inner/**], writes: [] }
`;
  const { dir } = await repo({ files: { '.gitignore': 'dist\n', 'web/a': '' } });
  const web = join(dir, 'web');
  await repo({ dir: join(web, 'inner'), files: { x: '' } });
  write(web, { 'dist/a': '' });
  assert.is(await ids(web, { tasks: ['size'] }, yaml), 'build size');
  const { dir: other } = await repo({ files: { '.gitignore': 'dist\n' } });
  const target = tempDir();
  write(target, { a: '' });
  symlinkSync(target, join(other, 'dist'));
  write(other, { 'inner/x': '' });
  assert.is(await ids(other, { tasks: ['size'] }, yaml), 'build size');
});

test('tags and exceptions ask for some, too; who is left out comes for those that need it and for no reader', async () => {
  const { dir } = await repo({ files: FILES });
  const tagged = CONFIG.replace('size: {', 'size: { tags: ci,');
  assert.is(await ids(dir, { tags: ['ci'] }, tagged), 'gen build size');
  assert.is(await ids(dir, { except: ['build', 'fmt', 'lint', 'pack'] }, tagged), 'gen size');
  assert.is(await ids(dir, { tasks: ['pack'], except: ['**e*'] }, tagged), 'build size pack');
});

test('who comes after the chosen ones comes along where that is asked for', async () => {
  const { dir } = await repo({ files: FILES });
  write(dir, MADE);
  const of = (options: PlanOptions, yaml = CONFIG): Promise<string> =>
    ids(dir, { withDependents: true, ...options }, yaml);
  assert.is(await of({ tasks: ['gen'] }), 'gen build size pack');
  assert.is(await of({ tasks: ['size'], only: true }), 'size pack');
  assert.is(await of({ tasks: ['gen'], except: ['pack'] }), 'gen build size');
  assert.is(await of({ tasks: ['lint'] }), 'lint');
  const { chosen } = await planIn(dir, { tasks: ['build'], withDependents: true });
  assert.equal(
    chosen?.tasks.map(({ id, because }) => [id, ...Object.values(because)].join(' ')),
    ['gen writes gen/a build', 'build named', 'size follows build', 'pack follows size'],
  );
  assert.is(
    await of({ tasks: ['gen'], except: ['size'] }),
    'gen build',
    'nobody comes by way of who is left out',
  );
  // One that gathers others would bring all of them, and so would who comes after it.
  const gathering = `${CONFIG}  all: { needs: [pack, lint] }\n  last: { run: x, needs: all }\n`;
  assert.is(await of({ tasks: ['pack'], only: true }, gathering), 'pack');
});

test('with dependents, what is not known is told as ever', async () => {
  const { dir } = await repo({ files: FILES });
  const plan = await planWithWriters(configOf(CONFIG, dir), { tasks: ['sise'], withDependents: true });
  assert.is(plan.ok ? undefined : plan.diagnostics[0]?.hint, 'did you mean `size`?');
});
