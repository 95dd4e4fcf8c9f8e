// The last plan, remembered for as long as nothing that it depends on has changed.
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFile } from '../../src/base/cache-file.ts';
import { openConfig } from '../../src/config/open.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { PlanOptions } from '../../src/plan/options.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('plan/plan-cache');
const MANY = 600;
const YAML = `tasks:
  a: { run: ':', writes: ['f1/**'] }
  b: { run: ':', reads: ['**/a', 'f1/*', 'out/**'] }
`;

/** The plan that was written last. */
function fileOf(root: string): string {
  const folder = dirname(cacheFile(root, 'any') as string);
  const plans = filesIn(root).map((name) => join(folder, name));
  const written = (file: string): number => statSync(file).mtimeMs;
  return plans.reduce((last, one) => (written(one) > written(last) ? one : last));
}

const filesIn = (root: string): string[] =>
  readdirSync(dirname(cacheFile(root, 'any') as string)).filter((name) => name.startsWith('plan-'));

async function settled(): Promise<string> {
  const root = tempDir();
  const files = Array.from({ length: MANY }, (_, index) => [`f${index}/a`, '']);
  write(root, { 'parallel.config.yaml': YAML, ...Object.fromEntries(files) });
  await new Promise((done) => setTimeout(done, 2_300));
  await planned(root);
  return root;
}

async function planned(root: string, options: PlanOptions = {}, yaml = YAML): Promise<Plan> {
  const file = join(root, 'parallel.config.yaml');
  if (readFileSync(file, 'utf8') !== yaml) writeFileSync(file, yaml);
  const config = await openConfig({ cwd: root });
  const made = config.ok ? await makePlan(config.value, options) : config;
  assert.ok(made.ok);
  return (made as { value: Plan }).value;
}

/** Puts a mark into the remembered plan, to tell a plan that was recalled from one that was made. */
function mark(root: string): void {
  const kept = JSON.parse(readFileSync(fileOf(root), 'utf8'));
  kept.plan.marked = true;
  writeFileSync(fileOf(root), JSON.stringify(kept));
}
const isRecalled = (plan: Plan): boolean => 'marked' in plan;

test('a plan is recalled while nothing changes, and is the same', { timeout: 60_000 }, async () => {
  const root = await settled();
  const fresh = await planned(root);
  assert.equal(JSON.parse(JSON.stringify(await planned(root))), JSON.parse(JSON.stringify(fresh)));
  mark(root);
  assert.ok(isRecalled(await planned(root)));
  writeFileSync(join(root, 'f3/a'), 'only the content');
  assert.ok(isRecalled(await planned(root)));
});

test('every change of what it depends on makes a new one', { timeout: 120_000 }, async () => {
  const root = await settled();
  const changes: Record<string, () => Promise<Plan>> = {
    'another config': () => planned(root, {}, YAML.replace('f1/**', 'f2/**')),
    'other tasks': () => planned(root, { tasks: ['a'] }),
    'another strategy': () => planned(root, { strategy: 'sequential' }),
    'a new file': () => {
      writeFileSync(join(root, 'f5/b'), '');
      return planned(root);
    },
    'a file that is gone': () => {
      rmSync(join(root, 'f6/a'));
      return planned(root);
    },
    'a new folder with an old time': () => {
      write(root, { 'g/a': '' });
      utimesSync(join(root, 'g'), 1_000, 1_000);
      return planned(root);
    },
    'a link': () => {
      symlinkSync('f8', join(root, 'link'));
      return planned(root);
    },
    'a config that was touched': () => {
      utimesSync(join(root, 'parallel.config.yaml'), 2_000, 2_000);
      return planned(root);
    },
    'case that does not count': () => {
      write(root, { '.git/config': '[core]\n\tignorecase = true\n' });
      return planned(root);
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    await planned(root);
    mark(root);
    assert.ok(isRecalled(await planned(root)), `before ${name}`);
    assert.not.ok(isRecalled(await change()), name);
  }
});

test('where a link outside leads is looked at each time', { timeout: 60_000 }, async () => {
  const root = await settled();
  const outside = tempDir();
  write(outside, { 'one/x': '', 'two/x': '' });
  symlinkSync('one', join(outside, 'way'));
  symlinkSync(join(outside, 'way'), join(root, 'f1/way'));
  symlinkSync(join(outside, 'two'), join(root, 'out'));
  assert.equal((await planned(root)).conflicts.length, 1);
  await planned(root);
  mark(root);
  assert.ok(isRecalled(await planned(root)));
  rmSync(join(outside, 'way'));
  symlinkSync('two', join(outside, 'way'));
  assert.not.ok(isRecalled(await planned(root)));
});

test('a damaged plan is as good as none', { timeout: 60_000 }, async () => {
  const root = await settled();
  const fresh = JSON.stringify(await planned(root));
  for (const text of ['', '{}', 'null', '[1', '{"key":1,"links":7,"plan":{}}']) {
    writeFileSync(fileOf(root), text);
    assert.is(JSON.stringify(await planned(root)), fresh, text);
  }
});

test('a plan of few files, or of none, is remembered as well', async () => {
  for (const yaml of [YAML, 'tasks: { a: { run: ":" } }\n']) {
    const small = tempDir();
    write(small, { 'parallel.config.yaml': yaml, 'f1/a': '' });
    await planned(small, {}, yaml);
    mark(small);
    assert.ok(isRecalled(await planned(small, {}, yaml)));
  }
});

test('several are remembered, for who asks for some tasks and then for all again, and not more', async () => {
  const root = tempDir();
  const yaml = `tasks:
${Array.from({ length: 12 }, (_, at) => `  t${at}: { run: ':', writes: ['f${at}/**'] }`).join('\n')}
`;
  write(root, Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`f${at}/a`, ''])));
  write(root, { 'parallel.config.yaml': yaml });
  await planned(root, { tasks: [] }, yaml);
  mark(root);
  await planned(root, { tasks: ['t1'] }, yaml);
  await planned(root, { tasks: ['t2'] }, yaml);
  assert.ok(isRecalled(await planned(root, { tasks: [] }, yaml)));
  for (let at = 0; at < 12; at += 1) await planned(root, { tasks: [`t${at}`] }, yaml);
  assert.is(filesIn(root).length, 8);
});
