/** `integrate: merge` and `branches`: what gets into the history, in which order, and what becomes of work that is not committed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode } from '../../src/report/exit-code.ts';
import type { Repo } from '../support/git.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { assertNothingLeft, filesOf, gitState, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: publication');

const ten = Array.from({ length: 10 }, (_, at) => `${at + 1}\n`).join('');
const textOf = (made: Repo, path: string): string => readFileSync(join(made.dir, path), 'utf8');
const subjects = async (made: Repo, range: string): Promise<string[]> =>
  (await made.git('log', '--reverse', '--topo-order', '--format=%s', range)).split('\n');

const three = (integrate: string, more: (id: string) => string[] = () => []) => ({
  integrate,
  concurrency: 3,
  tasks: Object.fromEntries(
    ['a', 'b', 'c'].map((id) => [
      id,
      { description: `Make ${id}`, run: [`echo ${id} > ${id}.txt`, ...more(id)], writes: [`${id}.txt`] },
    ]),
  ),
});

test('merge: a commit a task and a merge a branch, by the user, with trailers; files, index and HEAD agree', async () => {
  const made = await ground({ f: ten });
  const first = await made.head();
  const run = await runIn(made.dir, three('merge'));
  assert.is(run.report.status, 'complete', told(run));
  assert.equal(await subjects(made, 'main'), [
    'first',
    'Make a',
    "Merge branch 'task/a'",
    'Make b',
    "Merge branch 'task/b'",
    'Make c',
    "Merge branch 'task/c'",
  ]);
  const own = await made.git(
    'log',
    '--no-merges',
    '--format=%an <%ae>|%cn|%P|%(trailers:unfold,separator=%x3B)',
    `${first}..`,
  );
  assert.equal(
    own.split('\n'),
    ['c', 'b', 'a'].map(
      (id) => `Ada <ada@example.com>|Ada|${first}|Ptask-Task: ${id};Ptask-Run: ${run.report.id}`,
    ),
  );
  await made.git('fsck', '--strict');
  assert.equal(await made.status(), []);
  assert.is(textOf(made, 'c.txt'), 'c\n');
  assert.match(await made.git('reflog', '-1', '--format=%gs'), /^ptask: merge a, b, c$/);
  await assertNothingLeft(made);
});

test('merge: the same history whoever finishes first', { timeout: 180_000 }, async () => {
  const trees = new Set<string>();
  for (const order of ['abc', 'cab', 'bca']) {
    const made = await ground({ f: ten });
    const rig = await puppets();
    const running = runIn(
      made.dir,
      three('merge', (id) => [rig.command(id)]),
    );
    for (const id of order) await (await rig.nextInvocation(id)).exit(0);
    const run = await running;
    assert.is(run.report.status, 'complete', told(run));
    trees.add(await made.git('log', '--topo-order', '--format=%T %s', 'main'));
    await rig.close();
  }
  assert.is(trees.size, 1, [...trees].join('\n\n'));
});

test('merge: the order of the needs before that of declaration; a rerun keeps the name of its branch', async () => {
  const made = await ground({ f: ten });
  const run = await runIn(made.dir, {
    integrate: 'merge',
    tasks: {
      late: { run: 'cat made > late', reads: ['made'], writes: ['late'], needs: ['early'] },
      early: { run: 'echo e > made', writes: ['made'] },
      one: { run: "sed -i '5s/.*/one/' f", writes: ['f'] },
      two: { run: "sed -i '5s/.*/two/' f", writes: ['f'] },
    },
  });
  assert.is(run.report.status, 'complete', told(run));
  assert.is(run.task('two').attempts, 2);
  assert.equal(
    (await subjects(made, 'main')).filter((each) => each.startsWith('Merge')),
    [
      "Merge branch 'task/early'",
      "Merge branch 'task/late'",
      "Merge branch 'task/one'",
      "Merge branch 'task/two'",
    ],
  );
  assert.is(textOf(made, 'late'), 'e\n');
  assert.match(textOf(made, 'f'), /^two$/m);
  await assertNothingLeft(made);
});

test('merge in a dirty tree: what is not committed stays so, staged parts stay staged', async () => {
  const made = await ground({ f: ten, g: ten, h: '1\n' });
  write(made.dir, { f: `${ten}staged\n` });
  await made.git('add', 'f');
  write(made.dir, { f: `${ten}staged\nunstaged\n`, g: `mine\n${ten}`, new: 'mine\n' });
  const run = await runIn(made.dir, {
    integrate: 'merge',
    tasks: {
      a: { run: "sed -i '1s/.*/task a/' f", writes: ['f'] },
      b: { run: 'echo "task b" >> g', writes: ['g'] },
    },
  });
  assert.is(run.report.status, 'complete', told(run));
  assert.is(await made.git('show', 'HEAD:f'), ten.replace('1\n', 'task a\n').trimEnd());
  assert.is(await made.git('show', 'HEAD:g'), `${ten}task b`);
  assert.is(await made.git('show', ':f'), `${ten.replace('1\n', 'task a\n')}staged`);
  assert.is(await made.git('show', ':g'), `${ten}task b`);
  assert.is(textOf(made, 'f'), `${ten.replace('1\n', 'task a\n')}staged\nunstaged\n`);
  assert.is(textOf(made, 'g'), `mine\n${ten}task b\n`);
  assert.equal(await made.status(), ['MM f', ' M g', '?? new']);
  await assertNothingLeft(made);
});

test('merge, entangled with what is not committed: nothing is committed, the files have it all, exit code 3', async () => {
  const made = await ground({ f: ten, g: ten });
  write(made.dir, { f: ten.replace('5\n', 'mine\n') });
  const before = gitState(made.dir);
  const run = await runIn(made.dir, {
    integrate: 'merge',
    tasks: {
      a: { run: "sed -i '5s/$/ and a/' f", writes: ['f'] },
      b: { run: "sed -i '1s/.*/b/' g", writes: ['g'] },
    },
  });
  assert.is(exitCode(run.report), 3, told(run));
  assert.is(textOf(made, 'f'), ten.replace('5\n', 'mine and a\n'));
  assert.is(textOf(made, 'g'), ten.replace('1\n', 'b\n'));
  const [conflict] = run.report.integration.conflicts;
  assert.equal([conflict?.path, conflict?.tasks], ['f', ['a']]);
  assert.match(conflict?.reason ?? '', /changes of yours to the same lines.*nothing is committed/);
  const [a, b] = run.report.cleanup.kept;
  assert.match(a?.reason ?? '', /stands upon the state of the files that the task began from/);
  assert.not.match(b?.reason ?? '', /stands upon/);
  assert.is(await made.git('rev-parse', 'task/b~'), await made.head());
  assert.is(await made.git('show', 'task/a:f'), ten.replace('5\n', 'mine and a\n').trimEnd());
  assert.equal(
    [gitState(made.dir).index, gitState(made.dir)['logs/HEAD']],
    [before.index, before['logs/HEAD']],
  );
});

test('branches: one for each task, upon the last commit; files, index and HEAD untouched', async () => {
  const made = await ground({ f: ten });
  write(made.dir, { f: `mine\n${ten}`, new: 'mine\n' });
  const files = filesOf(made.dir);
  const before = gitState(made.dir);
  const run = await runIn(made.dir, {
    integrate: 'branches',
    tasks: {
      a: { run: "sed -i '$s/$/ a/' f", writes: ['f'] },
      b: { run: 'echo b > b.txt', writes: ['b.txt'] },
      c: { run: 'cat b.txt > c.txt', reads: ['b.txt'], writes: ['c.txt'], needs: ['b'] },
      idle: { run: 'true', writes: ['none'] },
    },
  });
  assert.is(run.report.status, 'complete', told(run));
  const now = filesOf(made.dir);
  assert.equal(
    Object.fromEntries(Object.entries(now).filter(([path]) => !path.startsWith('.ptask/'))),
    files,
  );
  const state = Object.entries(gitState(made.dir)).filter(([path]) => !path.includes('refs/heads/task/'));
  assert.equal(Object.fromEntries(state), before);
  assert.equal(
    run.report.cleanup.kept.map(({ branch, reason }) => `${branch} ${reason}`),
    ['task/a for review', 'task/b for review', 'task/c for review'],
  );
  const head = await made.head();
  assert.is(await made.git('rev-parse', 'task/a~'), head);
  assert.is(await made.git('rev-parse', 'task/b~'), head);
  assert.is(await made.git('diff', '--name-only', 'main', 'task/a'), 'f');
  assert.is(await made.git('show', 'task/c:c.txt'), 'b');
  assert.is(await made.git('merge-base', '--is-ancestor', 'task/b', 'task/c'), '');
  await assertNothingLeft(made, ['main', 'task/a', 'task/b', 'task/c']);
});

test('branches: what git ignores reaches the tasks that read it, and not the files of the user', async () => {
  const made = await ground({ f: ten });
  write(made.dir, { 'ignored/old': 'before\n', 'ignored/gone': 'before\n' });
  const files = filesOf(made.dir);
  const run = await runIn(made.dir, {
    integrate: 'branches',
    tasks: {
      build: {
        run: 'echo built > ignored/old; rm ignored/gone; echo new > ignored/new; chmod 750 ignored/new; ln -s new ignored/link',
        writes: ['ignored/**'],
      },
      use: {
        run: 'cat ignored/old ignored/new ignored/link > used.txt; ls ignored >> used.txt; stat -c %a ignored/new >> used.txt',
        reads: ['ignored/**'],
        writes: ['used.txt'],
        needs: ['build'],
      },
      more: {
        run: 'echo more >> ignored/new; cp ignored/new more.txt',
        writes: ['ignored/new', 'more.txt'],
        needs: ['use'],
      },
      unaware: { run: 'ls ignored > list.txt || true', writes: ['list.txt'], needs: ['more'] },
    },
  });
  assert.is(run.report.status, 'complete', told(run));
  const now = Object.entries(filesOf(made.dir)).filter(([path]) => !path.startsWith('.ptask/'));
  assert.equal(Object.fromEntries(now), files);
  assert.is(await made.git('show', 'task/use:used.txt'), 'built\nnew\nnew\nlink\nnew\nold\n750');
  assert.is(await made.git('show', 'task/more:more.txt'), 'new\nmore');
  assert.is(await made.git('show', 'task/unaware:list.txt'), '');
});

test('a task/a of somebody else is left alone, and another name is taken', async () => {
  const made = await ground({ f: ten });
  await made.git('branch', 'task/a');
  const run = await runIn(made.dir, three('branches'));
  assert.equal(
    run.report.cleanup.kept.map(({ branch }) => branch),
    ['task/a-2', 'task/b', 'task/c'],
    told(run),
  );
  assert.is(await made.git('rev-parse', 'task/a'), await made.head());
});

test('merge on an unborn branch and on a detached HEAD', async () => {
  const detached = await ground({ f: ten });
  await detached.git('checkout', '-q', '--detach');
  const run = await runIn(detached.dir, three('merge'));
  assert.is(run.report.status, 'complete', told(run));
  assert.is((await subjects(detached, 'HEAD')).length, 7);
  assert.equal(await subjects(detached, 'main'), ['first']);
  assert.equal(await detached.status(), []);
});

test('merge while somebody commits: the results stay in the files and in branches', async () => {
  const made = await ground({ f: ten });
  const rig = await puppets();
  const running = runIn(made.dir, {
    integrate: 'merge',
    tasks: { a: { run: ['echo a > a.txt', rig.command('a')], writes: ['a.txt'] } },
  });
  const puppet = await rig.nextInvocation('a');
  await made.commit({ mine: '1\n' }, 'mine');
  await puppet.exit(0);
  const run = await running;
  assert.is(run.report.status, 'complete', told(run));
  assert.is(textOf(made, 'a.txt'), 'a\n');
  assert.equal(await subjects(made, 'main'), ['first', 'mine', 'a', "Merge branch 'task/a'"]);
  assert.equal(await made.status(), []);
});
