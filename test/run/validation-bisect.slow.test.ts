/** `validation: bisect` in real repositories: who is named, and that nothing is left behind. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { Blame } from '../../src/model/report.ts';
import { repositoryRoot } from '../support/env.ts';
import { RUN } from '../support/fault-case.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { within } from '../support/within.ts';
import {
  assertNothingLeft,
  assertSame,
  assertUntouched,
  filesOf,
  gitState,
  ground,
  type IsolatedRun,
  runIn,
} from './isolation-support.ts';
import { runConfig } from './support.ts';

const test = suite('run/validation/bisect');

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
for (const name of ['plan', 'report', 'event'])
  ajv.addSchema(
    JSON.parse(readFileSync(join(repositoryRoot, `schema/${name}.schema.json`), 'utf8')),
    `${name}.schema.json`,
  );

type Found = Omit<Blame, 'replays' | 'durationMs'>;

/** Of the step with this name, else of the first one; without what differs from run to run. */
function blameIn({ report }: Pick<IsolatedRun, 'report'>, name?: string): Found {
  const step = report.validation.find((each) => name === undefined || each.name === name);
  if (step?.blame === undefined) throw new Error(`nobody is blamed: ${JSON.stringify(report.validation)}`);
  const { replays: _, durationMs: __, ...found } = step.blame;
  return found;
}

const replaysOf = ({ folder }: IsolatedRun, step = 1): string =>
  readFileSync(join(folder, `validation/${step}.replays.out`), 'utf8');

interface Scene {
  tasks: Record<string, object>;
  validate: object[];
  worktrees?: object;
  concurrency?: number;
}

/** Runs it there, and looks that the user's repository holds what the tasks made and nothing else has changed. */
async function bisect(made: Repo, scene: Scene): Promise<IsolatedRun> {
  const before = gitState(made.dir);
  let ended: Record<string, string> = {};
  const ran = await runIn(
    made.dir,
    { validation: 'bisect', concurrency: 3, ...scene },
    {
      onEvent(event) {
        if (event.type === 'validation-finished') ended = filesOf(made.dir);
      },
    },
  );
  assert.equal(ran.warnings, []);
  for (const event of ran.events)
    assert.ok(ajv.validate('event.schema.json', event), `${event.type}: ${ajv.errorsText()}`);
  assert.ok(ajv.validate('report.schema.json', ran.report), ajv.errorsText());
  const shown = Object.entries(filesOf(made.dir)).filter(([path]) => !path.startsWith('.ptask/'));
  assertSame(
    Object.fromEntries(shown),
    Object.fromEntries(Object.entries(ended).filter(([path]) => !path.startsWith('.ptask/'))),
  );
  assertUntouched(made.dir, before);
  await assertNothingLeft(made);
  return ran;
}

/** A file with room for many edits that git can merge. */
const page = (words: readonly string[]): string =>
  words.map((word) => `${word}\n${'.\n'.repeat(6)}`).join('');
const WORDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const edit = (word: string, more = ''): object => ({
  run: `sed 's/^${word}$/${word.toUpperCase()}/' page > page.new && mv page.new page${more}`,
  writes: ['page', 'page.new', `${word}.txt`],
});

test('one of six isolated tasks that write the same file', async () => {
  const made = await ground({ page: page(WORDS) });
  const tasks = Object.fromEntries(WORDS.map((word) => [word, edit(word)]));
  const ran = await bisect(made, { tasks, validate: [{ name: 'no D', run: '! grep D page' }] });
  assert.equal(
    ran.plan.tasks.map(({ workspace }) => workspace),
    Array(6).fill('worktree'),
  );
  assert.equal(blameIn(ran), { status: 'found', tasks: ['d'] });
  assert.is(ran.report.status, 'failed');
  const told = replaysOf(ran);
  assert.match(told, /^ptask: replay 1, with a, b, c, d, e, f\n/);
  assert.match(told, /ptask: replay \d+, with d\nD\nptask: it fails\n$/);
  const replays = ran.events.filter(({ type }) => type === 'validation-replaying');
  assert.is(replays.length, ran.report.validation[0]?.blame?.replays);
});

test('two isolated tasks that break it only together', async () => {
  const made = await ground({ page: page(WORDS) });
  const tasks = Object.fromEntries(WORDS.map((word) => [word, edit(word)]));
  const run = '! { grep -q B page && grep -q E page; }';
  const ran = await bisect(made, { tasks, validate: [{ name: 'not both', run }] });
  assert.equal(blameIn(ran), { status: 'found', tasks: ['b', 'e'] });
});

test('a step whose program a task has made', async () => {
  const made = await ground({ page: 'x\n' });
  const tasks = {
    tool: {
      run: "printf '#!/bin/sh\\n! grep bad page\\n' > tool; chmod +x tool",
      writes: ['tool'],
    },
    page: { run: 'echo bad > page', writes: ['page'], needs: ['tool'] },
  };
  const ran = await bisect(made, { tasks, validate: [{ name: 'v', run: './tool' }] });
  assert.equal(blameIn(ran), { status: 'found', tasks: ['page'] });
  assert.match(
    replaysOf(ran),
    /ptask: replay 2, without any task\n.*not found\nptask: it cannot be run so\n/,
  );
});

test('it was broken before', async () => {
  const made = await ground({ page: page(WORDS) });
  const ran = await bisect(made, {
    tasks: { a: edit('a'), b: edit('b') },
    validate: [
      { name: 'fails', run: 'exit 4' },
      { name: 'too', run: '! grep b page', needs: [] },
    ],
  });
  assert.equal(blameIn(ran), { status: 'broken-before', tasks: [] });
  assert.is(ran.report.validation[0]?.blame?.replays, 2);
});

test('what the user had not committed is there from the beginning', async () => {
  const made = await ground({ page: 'x\n' });
  write(made.dir, { draft: 'bad\n' });
  const ran = await bisect(made, {
    tasks: { a: { run: 'echo 1 > made', writes: ['made'] } },
    validate: [{ name: 'v', run: '! grep bad draft' }],
  });
  assert.equal(blameIn(ran), { status: 'broken-before', tasks: [] });
});

test('tasks in the shared tree: declared and ignored files, files that go, and strays', async () => {
  const made = await ground({ kept: 'x\n', gone: 'x\n' });
  write(made.dir, { 'ignored/old': 'old\n' });
  const tasks = {
    first: { run: 'echo 1 > one', writes: ['one'] },
    second: {
      run: 'echo bad > ignored/made; echo new > ignored/old',
      writes: ['ignored/**'],
      needs: ['first'],
    },
    third: { run: 'rm gone', writes: ['gone'], needs: ['second'] },
    fourth: { run: 'echo stray > strayed', writes: ['four'], needs: ['third'], strays: 'ignore' },
  };
  const ran = await bisect(made, {
    tasks,
    validate: [
      { name: 'ignored', run: '! grep bad ignored/made' },
      { name: 'ignored, changed', run: 'grep old ignored/old' },
      { name: 'gone', run: 'test -e gone' },
      { name: 'stray', run: 'test ! -e strayed' },
    ],
  });
  assert.equal(blameIn(ran, 'ignored'), { status: 'found', tasks: ['second'] });
  assert.equal(blameIn(ran, 'ignored, changed'), { status: 'found', tasks: ['second'] });
  assert.equal(blameIn(ran, 'gone'), { status: 'found', tasks: ['third'] });
  assert.equal(blameIn(ran, 'stray'), { status: 'found', tasks: ['fourth'] });
});

test('a task is looked at with those it needs, and not blamed for them', async () => {
  const made = await ground({ page: 'x\n' });
  const ran = await bisect(made, {
    tasks: {
      base: { run: 'echo base > base.txt', writes: ['base.txt'] },
      other: { run: 'echo other > other.txt', writes: ['other.txt'] },
      top: { run: 'cat base.txt > top.txt', reads: ['base.txt'], writes: ['top.txt'] },
    },
    validate: [{ name: 'v', run: '! { test -e top.txt && test -e base.txt; }' }],
  });
  assert.equal(blameIn(ran), { status: 'found', tasks: ['top'] });
});

test('a config below the top of the repository, with --integrate merge', async () => {
  const made = await ground({ 'sub/page': page(WORDS) });
  const ran = await runIn(join(made.dir, 'sub'), {
    validation: 'bisect',
    integrate: 'merge',
    tasks: { a: edit('a'), b: edit('b') },
    validate: [{ name: 'v', run: '! grep B page' }],
  });
  assert.equal(blameIn(ran), { status: 'found', tasks: ['b'] });
  assert.is(existsSync(join(made.dir, '.git/worktrees')), false);
});

test('a step that passes in a scratch worktree, and one that does not always come out the same', async () => {
  const made = await ground({ page: 'x\n' });
  const count = join(tempDir(), 'count');
  write(join(count, '..'), { count: '' });
  const flaky = `echo >> "${count}"; test "$(wc -l < "${count}")" -gt 2`;
  const ran = await bisect(made, {
    concurrency: 1,
    tasks: { a: { run: 'echo 1 > one', writes: ['one'] } },
    validate: [
      { name: 'only there', run: `test "$PWD" != "${made.dir}"` },
      { name: 'flaky', run: flaky },
    ],
  });
  assert.equal(blameIn(ran, 'only there'), { status: 'not-reproduced', tasks: [] });
  assert.is(blameIn(ran, 'flaky').status, 'not-reproduced');
});

test('worktrees.copy, link and setup make the scratch worktree, and steps that it needs come first', async () => {
  const made = await ground({ page: 'x\n', '.gitignore': 'ignored/\nlinked\nset-up\nbuilt\n*.env\n' });
  write(made.dir, { 'linked/tool': 'tool\n', 'some.env': 'env\n' });
  const everything = 'test -f linked/tool && test -f some.env && test -f set-up && test -f built';
  const ran = await bisect(made, {
    worktrees: { link: ['linked'], copy: ['*.env'], setup: 'touch set-up' },
    tasks: {
      a: { run: 'echo 1 > one', writes: ['one'] },
      b: { run: 'echo 2 > two; touch set-up', writes: ['two'] },
    },
    validate: [
      { name: 'build', run: 'cat one two > built || true' },
      { name: 'v', run: `${everything} && ! grep 2 built`, needs: ['build'] },
    ],
  });
  assert.equal(blameIn(ran, 'v'), { status: 'found', tasks: ['b'] });
});

test('where it is not possible, the reason is told', async () => {
  const yaml = JSON.stringify({
    validation: 'bisect',
    tasks: { a: { run: 'true' } },
    validate: [{ name: 'v', run: 'exit 1' }],
  });
  const folder = await runConfig(yaml);
  assert.equal(folder.report.validation[0]?.blame?.reason, 'tasks can be replayed in a git repository only');
  const made = await ground({ page: 'x\n' });
  write(made.dir, { 'ignored/tool': { content: '#!/bin/sh\nexit 1\n', mode: 0o755 } });
  const missing = await bisect(made, {
    tasks: { a: { run: 'echo 1 > one', writes: ['one'] } },
    validate: [{ name: 'v', run: './ignored/tool' }],
  });
  assert.match(
    blameIn(missing).reason ?? '',
    /^in a scratch worktree it ends with command not found .*; what git does not hold is put there by/,
  );
  const setup = await bisect(made, {
    worktrees: { setup: 'exit 9' },
    tasks: { a: { run: 'echo 1 > one', writes: ['one'] } },
    validate: [{ name: 'v', run: 'exit 1' }],
  });
  const reason = 'the setup of a scratch worktree failed: exit code 9';
  assert.equal(blameIn(setup), { status: 'not-possible', tasks: [], reason });
});

test('nobody is looked for when all is well, when nobody asks, or when a task failed', async () => {
  const made = await ground({ page: 'x\n' });
  const task = { run: 'echo 1 > one', writes: ['one'] };
  const blames = async (config: object): Promise<unknown[]> =>
    (await runIn(made.dir, config)).report.validation.map(({ blame }) => blame);
  const validate = [{ name: 'v', run: 'exit 1' }];
  assert.equal(await blames({ tasks: { a: task }, validate }), [undefined]);
  assert.equal(
    await blames({ validation: 'bisect', tasks: { a: task }, validate: [{ name: 'v', run: 'true' }] }),
    [undefined],
  );
  assert.equal(await blames({ validation: 'bisect', tasks: { a: task, b: { run: 'exit 1' } }, validate }), [
    undefined,
  ]);
});

test('Ctrl-C ends the search, and the scratch worktree goes', async () => {
  const made = await ground({ page: 'x\n' });
  const stop = new AbortController();
  const ran = await runIn(
    made.dir,
    {
      validation: 'bisect',
      tasks: { a: { run: 'echo 1 > one', writes: ['one'] } },
      validate: [
        { name: 'v', run: 'exit 1' },
        { name: 'w', run: 'exit 1' },
      ],
    },
    {
      signal: stop.signal,
      onEvent(event) {
        if (event.type === 'validation-replaying' && event.replay === 2) stop.abort('SIGINT');
      },
    },
  );
  for (const name of ['v', 'w'])
    assert.equal(blameIn(ran, name), {
      status: 'not-possible',
      tasks: [],
      reason: 'the run was interrupted',
    });
  assert.is(ran.report.status, 'interrupted');
  await assertNothingLeft(made);
});

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

test('kill -9 during a replay: the next command removes what is left', async () => {
  const made = await ground({ page: 'x\n' });
  const there = join(tempDir(), 'there');
  const config = {
    validation: 'bisect',
    tasks: { a: { run: 'echo 1 > one', writes: ['one'] } },
    validate: [{ name: 'v', run: `test "$PWD" = "${made.dir}" && exit 1; echo $$ > "${there}"; sleep 30` }],
  };
  write(made.dir, { 'parallel.config.json': JSON.stringify(config) });
  await made.git('add', '.');
  await made.git('commit', '-qm', 'config');
  const isThere = (): boolean => existsSync(there) && readFileSync(there, 'utf8').endsWith('\n');
  await within(20_000, 'the replay', () => ptask.killWhen(made.dir, RUN, isThere));
  assert.ok(existsSync(join(made.dir, '.git/worktrees')));
  const { said } = await ptask.run(made.dir, ['clean']);
  assert.match(said, /was killed: stopped 1 leftover process, .*removed 1 worktree/);
  await assertNothingLeft(made);
  assert.is(readFileSync(join(made.dir, 'one'), 'utf8'), '1\n');
});
