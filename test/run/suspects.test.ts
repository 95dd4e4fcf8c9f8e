// Who of those that ran at the time has changed something.

import { sharersOf, suspectsOf } from '../../src/run/workspace/shared/suspects.ts';
import type { TaskWindow } from '../../src/run/workspace/shared/task-windows.ts';
import { configOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/suspects');

const ROOT = '/home/ada/shop';

/** What each task runs; those whose name begins with `w` work in worktrees. */
type Running = Record<string, string>;

function windows(running: Running): TaskWindow[] {
  const tasks = Object.fromEntries(Object.entries(running).map(([id, run]) => [id, { run }]));
  if (Object.keys(running).length === 0) return [];
  return configOf(JSON.stringify({ tasks })).tasks.map((task) => ({
    task,
    isShared: !task.id.startsWith('w'),
    covers: () => false,
    from: 0,
    to: 1,
  }));
}

type Found = ReturnType<typeof suspectsOf>;

/** `a or b or the user` */
const told = (found: Found): string =>
  found === undefined
    ? 'nobody'
    : [found.task, ...found.others, ...(found.perhapsUser ? ['the user'] : [])].join(' or ');

test('who has changed a file of the shared tree', () => {
  const table: [what: string, running: Running, path: string, who: string][] = [
    ['nobody ran', {}, 'f', 'nobody'],
    ['the only one, whatever it says', { a: 'x' }, 'f', 'a'],
    ['of two in the shared tree all that can be said is who it may be', { a: 'x', b: 'x' }, 'f', 'a or b'],
    ['who names it is the likeliest', { a: 'x', b: 'echo > f' }, 'f', 'b or a'],
    ['a name is a word', { a: 'x', b: 'echo > ff; echo > f-g; cat f_' }, 'f', 'a or b'],
    ['a name is the last part of a path', { a: 'x', b: 'echo > sub/f' }, 'd/f', 'b or a'],
    ['one in a worktree alone, which may not get there', { w: 'x' }, 'f', 'w or the user'],
    ['one in a worktree that says where the tree is', { w: `echo > ${ROOT}/g` }, 'f', 'w'],
    ['by the variable', { w: 'cd "$PTASK_ROOT"; x' }, 'f', 'w'],
    ['a variable is a word', { w: 'cd "$MY_PTASK_ROOT_2"; x' }, 'f', 'w or the user'],
    ['one that goes above its folder and names it', { w: 'echo > ../shop/f' }, 'f', 'w'],
    ['one that goes above its folder to something else', { w: 'echo > ../g' }, 'f', 'w or the user'],
    ['dots within a name lead nowhere', { w: 'cat a..b/f' }, 'f', 'w or the user'],
    ['of two in worktrees, the one that gets there', { w1: 'x', w2: 'echo > $PTASK_ROOT/f' }, 'f', 'w2'],
    [
      'of two that get there, who names it is the likeliest',
      { w1: 'cd $PTASK_ROOT', w2: 'echo > $PTASK_ROOT/f', a: 'x' },
      'f',
      'w2',
    ],
    [
      'two that get there and name it',
      { w1: 'echo > $PTASK_ROOT/f', w2: 'echo > $PTASK_ROOT/f' },
      'f',
      'w1 or w2 or the user',
    ],
    [
      'one that gets there beside one in the tree, both naming it',
      { a: 'echo > f', w: 'echo > $PTASK_ROOT/f' },
      'f',
      'w or a',
    ],
    [
      'one in the tree that names it beside one that gets there',
      { a: 'echo > f', w: 'cd $PTASK_ROOT' },
      'f',
      'w or a',
    ],
    ['one in the tree beside one that hardly gets there', { a: 'x', w: 'x' }, 'f', 'w or a'],
    [
      'one in the tree that names it beside one that hardly gets there',
      { a: 'echo > f', w: 'x' },
      'f',
      'a or w',
    ],
  ];
  for (const [what, running, path, who] of table)
    assert.is(told(suspectsOf(windows(running), path, ROOT)), who, what);
});

test('a repository in the tree is named by its folder', () => {
  assert.is(told(suspectsOf(windows({ a: 'x', b: 'git init sub' }), 'd/sub/', ROOT)), 'b or a');
});

test('whether the likeliest works in the shared tree is said', () => {
  assert.is(suspectsOf(windows({ a: 'x' }), 'f', ROOT)?.isShared, true);
  assert.is(suspectsOf(windows({ a: 'x', w: 'echo > $PTASK_ROOT/f' }), 'f', ROOT)?.isShared, false);
});

test('who has changed what all worktrees share', () => {
  const WORDS = ['branch', 'checkout'];
  const table: [what: string, running: Running, name: string | undefined, who: string][] = [
    ['nobody ran', {}, undefined, 'nobody'],
    ['the only one', { w: 'x' }, undefined, 'w'],
    ['the only one that says so', { w: 'git branch y', a: 'x' }, undefined, 'w'],
    ['one that says so of something else', { w: 'git branch y', a: 'x' }, 'z', 'w or a'],
    ['the only one that says it of this', { w: 'git branch y', a: 'git checkout -b z' }, 'z', 'a'],
    ['of two that say so, both', { w: 'x', a: 'git branch z', b: 'git branch z' }, 'z', 'a or b or w'],
    ['none says so', { w: 'x', a: 'y' }, undefined, 'w or a'],
  ];
  for (const [what, running, name, who] of table)
    assert.is(told(sharersOf(windows(running), WORDS, name)), who, what);
});
