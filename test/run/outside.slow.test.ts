// What a task changes beyond the tree that it works in: seen, and told of the one that did it, or of nobody.
import { join } from 'node:path';
import type { OutsideChange } from '../../src/model/report.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { type Repo, repo } from '../support/git.ts';
import { puppets, type Rig } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/outside');

const short = ({ kind, name, change, others = [], perhapsUser }: OutsideChange): string =>
  [
    kind === 'file' ? change : `${change} ${kind}`,
    name,
    ...(others.length > 0 ? [`or ${others.join(' ')}`] : []),
    ...(perhapsUser ? ['or you'] : []),
  ].join(', ');

const outside = (ran: Ran, id: string): string[] => (ran.task(id).outside ?? []).map(short);

const nobodyElse = (ran: Ran, ids: readonly string[]): void => {
  for (const { id, outside: all = [], strays } of ran.report.tasks)
    if (!ids.includes(id)) assert.equal([all, strays], [[], []], id);
};

const FILES = { 'src/a': '1\n', 'c.txt': '1\n', '.gitignore': 'here\n' };

/** Two in worktrees and one in the shared tree, all of which run at the same time; `leak` does what it is told then. */
async function together(
  leak: string | string[],
  more: {
    top?: object;
    leak?: object;
    shared?: object;
    files?: Record<string, string>;
    meanwhile?: (made: Repo) => unknown;
  } = {},
): Promise<{ ran: Ran; made: Repo }> {
  const made = await repo({ files: { ...FILES, ...more.files } });
  const rig: Rig = await puppets();
  const running = runConfig(
    JSON.stringify({
      concurrency: 3,
      ...more.top,
      tasks: {
        shared: { run: rig.command('shared'), workspace: 'shared', ...more.shared },
        leak: {
          run: [rig.command('before'), ...[leak].flat(), rig.command('after')],
          writes: ['src/a'],
          workspace: 'worktree',
          ...more.leak,
        },
        other: { run: ['echo 2 >> src/a', rig.command('other')], writes: ['src/a'], workspace: 'worktree' },
      },
    }),
    { root: made.dir },
  );
  const all = await Promise.all(['shared', 'before', 'other'].map((id) => rig.nextInvocation(id)));
  const [shared, before, other] = all;
  await more.meanwhile?.(made);
  await before?.exit(0);
  await (await rig.nextInvocation('after')).exit(0);
  await other?.exit(0);
  await shared?.exit(0);
  return { ran: await running, made };
}

for (const [name, leak] of Object.entries({
  appended: 'echo leak >> "$PTASK_ROOT/c.txt"',
  'after a cd': 'cd "$PTASK_ROOT" && echo leak >> c.txt',
  moved: 'echo leak > x; mv x $PTASK_ROOT/c.txt',
}))
  test(`past the worktree, ${name}: it is told of the one, whoever runs beside`, {
    timeout: 60_000,
  }, async () => {
    const { ran } = await together(leak);
    assert.is(exitCode(ran.report), 0);
    assert.equal(outside(ran, 'leak'), ['modified, c.txt']);
    nobodyElse(ran, ['leak']);
  });

test('created, deleted, and by a path of its own', { timeout: 60_000 }, async () => {
  const { ran, made } = await together('echo 1 > "$PTASK_ROOT/new.txt"; rm "$PTASK_ROOT/c.txt"');
  assert.equal(outside(ran, 'leak'), ['deleted, c.txt', 'created, new.txt']);
  const again = await together(`echo leak >> ${join(made.dir, 'c.txt')}`);
  // The folder is another one's: nothing has changed here.
  nobodyElse(again.ran, []);
});

test('strays: error fails the one that did it, and nobody else', { timeout: 60_000 }, async () => {
  const { ran } = await together('echo leak >> "$PTASK_ROOT/c.txt"', { top: { strays: 'error' } });
  assert.equal(
    ran.report.tasks.map(({ id, status }) => `${id} ${status}`),
    ['shared passed', 'leak failed', 'other passed'],
  );
  assert.is(ran.task('leak').reason, 'it changed c.txt in the shared tree, outside its worktree');
});

test('a script that does not say so: nobody is blamed, all are named', { timeout: 60_000 }, async () => {
  const files = { 'leak.sh': 'echo leak >> "$PTASK_ROOT/c.txt"\n' };
  const { ran } = await together('sh leak.sh', { files, top: { strays: 'error' } });
  assert.is(ran.report.status, 'complete');
  const told = ran.report.tasks.flatMap(({ id }) => outside(ran, id).map((text) => `${id}: ${text}`));
  assert.is(told.length, 1);
  assert.match(told[0] ?? '', /^(leak|other): modified, c\.txt, or (leak|other) shared$/);
  nobodyElse(ran, ['leak', 'other']);
});

test('of those in worktrees alone, it may have been the user', { timeout: 60_000 }, async () => {
  const { ran } = await together('true', {
    shared: { workspace: 'worktree', writes: ['src/a'] },
    meanwhile: ({ dir }) => write(dir, { 'c.txt': 'by hand\n' }),
    top: { strays: 'error' },
  });
  assert.is(ran.report.status, 'complete');
  assert.equal(
    ran.report.tasks.flatMap(({ outside: all = [] }) => all.map(({ perhapsUser }) => perhapsUser)),
    [true],
  );
});

test('what a shared task declares is its own, whatever runs beside it', { timeout: 60_000 }, async () => {
  const { ran } = await together('echo mine >> "$PTASK_ROOT/c.txt"', { shared: { writes: ['c.txt'] } });
  nobodyElse(ran, []);
});

test('under a result that is integrated later, and over one that was', { timeout: 60_000 }, async () => {
  const { ran } = await together('echo leak >> "$PTASK_ROOT/src/a"; git checkout -q -- src/a', {
    top: { onCollision: 'union' },
  });
  assert.equal(outside(ran, 'leak'), ['modified, src/a']);
  nobodyElse(ran, ['leak']);
  const made = await repo({ files: FILES });
  const after = await runConfig(
    JSON.stringify({
      tasks: {
        a: { run: 'echo 2 >> src/a', writes: ['src/**'], workspace: 'worktree' },
        b: { run: 'echo leak >> "$PTASK_ROOT/src/a"', needs: ['a'], workspace: 'worktree' },
      },
    }),
    { root: made.dir },
  );
  assert.equal(outside(after, 'b'), ['modified, src/a']);
});

test('what ptask puts back is nobody else’s doing', { timeout: 60_000 }, async () => {
  const made = await repo({ files: FILES });
  write(made.dir, { 'c.txt': 'dirty\n' });
  const rig = await puppets();
  const running = runConfig(
    JSON.stringify({
      tasks: {
        fails: {
          run: ['echo worse > c.txt', rig.command('fails')],
          writes: ['c.txt'],
          onFailure: 'rollback',
        },
        innocent: { run: rig.command('innocent'), strays: 'error' },
      },
    }),
    {
      root: made.dir,
      concurrency: { kind: 'count', count: 2 },
      onEvent: (event) => {
        if (event.type === 'task-finished' && event.id === 'fails') void innocent.then((one) => one.exit(0));
      },
    },
  );
  const innocent = rig.nextInvocation('innocent');
  await innocent;
  await (await rig.nextInvocation('fails')).exit(1);
  const ran = await running;
  assert.is(ran.task('innocent').status, 'passed');
  nobodyElse(ran, []);
});

test('of two in the shared tree neither fails for what may be the other’s', { timeout: 60_000 }, async () => {
  const made = await repo({ files: FILES });
  const rig = await puppets();
  const running = runConfig(
    JSON.stringify({
      strays: 'error',
      tasks: {
        innocent: { run: rig.command('innocent') },
        guilty: { run: [rig.command('guilty'), 'echo 2 > c.txt', rig.command('done')] },
      },
    }),
    { root: made.dir, concurrency: { kind: 'count', count: 2 } },
  );
  const innocent = await rig.nextInvocation('innocent');
  await (await rig.nextInvocation('guilty')).exit(0);
  const done = await rig.nextInvocation('done');
  await innocent.exit(0);
  await done.exit(0);
  const ran = await running;
  assert.is(ran.report.status, 'complete');
  assert.equal(
    ran.task('guilty').strays.map(({ path, others }) => [path, others]),
    [['c.txt', ['innocent']]],
  );
  assert.equal(ran.task('innocent').strays, []);
});

/** What all worktrees share. */
const SHARED: Record<string, { deed: string; told: string[] }> = {
  stash: { deed: 'echo 2 >> src/a; git stash -q', told: ['created stash, stash'] },
  'a stash of the user dropped': { deed: 'git stash drop -q', told: ['deleted stash, stash'] },
  'a branch made': { deed: 'git branch topic', told: ['created branch, topic'] },
  'a branch moved': {
    deed: 'git branch -f spare HEAD~1 2>/dev/null || git update-ref refs/heads/spare "$(git commit-tree -m x HEAD^{tree})"',
    told: ['modified branch, spare'],
  },
  'a branch deleted': { deed: 'git branch -q -D spare', told: ['deleted branch, spare'] },
  tags: { deed: 'git tag v2; git tag -d v1', told: ['deleted tag, v1', 'created tag, v2'] },
  'HEAD of the shared tree': {
    deed: 'git -C "$PTASK_ROOT" switch -q spare',
    told: ['modified HEAD, main → spare'],
  },
  config: { deed: 'git config user.name Eve', told: ['modified config, .git/config'] },
  hooks: {
    deed: 'h=$(git rev-parse --git-common-dir)/hooks; mkdir -p $h; echo exit 1 > $h/pre-commit',
    told: ['created config, .git/hooks/pre-commit'],
  },
  'nothing, by itself': {
    deed: 'git commit -q --allow-empty -m own; git config --get core.bare; git stash list',
    told: [],
  },
};

for (const [name, { deed, told }] of Object.entries(SHARED))
  test(`shared by all: ${name}`, { timeout: 60_000 }, async () => {
    const made = await repo({ files: FILES });
    await made.git('branch', 'spare');
    await made.git('tag', 'v1');
    if (/dropped/.test(name)) {
      write(made.dir, { 'c.txt': 'stashed\n' });
      await made.git('stash');
    }
    const ran = await runConfig(
      JSON.stringify({
        tasks: {
          first: { run: 'echo 1 >> src/a', writes: ['src/**'], workspace: 'worktree' },
          mover: { run: deed, writes: ['src/**'], workspace: 'worktree', needs: ['first'] },
          last: { run: 'echo 3 >> src/a', writes: ['src/**'], workspace: 'worktree', needs: ['mover'] },
        },
      }),
      { root: made.dir },
    );
    assert.equal(outside(ran, 'mover').sort(), [...told].sort());
    nobodyElse(ran, ['mover']);
  });

test('shared by all, of several at once: who says so, or all of them', { timeout: 60_000 }, async () => {
  const said = await together('git stash -q; git tag v9');
  nobodyElse(said.ran, ['leak']);
  assert.equal(outside(said.ran, 'leak'), ['created tag, v9']);
  const files = { 't9.sh': 'git tag v9\n' };
  const { ran } = await together('sh t9.sh', { files });
  const [only = '', ...more] = ran.report.tasks.flatMap(({ id }) =>
    outside(ran, id).map((text) => `${id}: ${text}`),
  );
  assert.equal(more, []);
  assert.match(only, /created tag, v9, or \w+ \w+$/);
});

test('worktrees inside the repository are nothing that somebody has made', { timeout: 60_000 }, async () => {
  const made = await repo({ files: { 'pkg/src/a': '1\n' } });
  const leak = 'git init -q "$PTASK_ROOT/nested"; touch "$PTASK_ROOT/nested/x"; echo 2 >> src/a';
  const ran = await runConfig(
    JSON.stringify({
      tasks: {
        leak: { run: leak, writes: ['src/**'], workspace: 'worktree' },
        other: { run: 'echo 3 >> src/a', writes: ['src/**'], workspace: 'worktree', needs: ['leak'] },
      },
    }),
    { root: join(made.dir, 'pkg') },
  );
  assert.equal(outside(ran, 'leak'), ['created, nested/']);
  nobodyElse(ran, ['leak']);
});
