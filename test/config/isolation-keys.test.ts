/** What is said of the keys that isolation brings: collisions, integration, worktrees. */
import { assert, suite } from '../support/suite.ts';
import { lines, problems } from './support.ts';

const test = suite('config/isolation-keys');

const objections: Record<string, [text: string, ...told: string[]]> = {
  'a resolution misspelt': [
    'onCollision: rerrun\ntasks: {a: {run: x}}\n',
    '1:14 [rerrun] `onCollision` cannot be `rerrun` | → did you mean `rerun`?',
  ],
  'a command instead of a resolution': [
    'onCollision: npm run fix\ntasks: {a: {run: x}}\n',
    '1:14 [npm run fix] `onCollision` cannot be `npm run fix` | → write a map: { run: npm run fix }',
  ],
  'a limit of reruns that is none, and one beside a command': [
    lines`
      onCollision:
        - { path: [a], use: { rerun: many } }
        - { path: [b], use: { rerun: -1 } }
        - { path: [c], use: { rerun: 1, run: fix } }
        - { path: [d], use: {} }
      tasks: { a: { run: x } }
    `,
    '2:32 [many] `onCollision[0].use.rerun` cannot be `many` | → write a number from 0 on, for example `1`',
    '3:32 [-1] `onCollision[1].use.rerun` cannot be `-1` | → write a number from 0 on, for example `1`',
    '4:23 [{ rerun: 1, run: fix }] `onCollision[2].use` cannot have rerun and run together | → write rerun, ours, theirs, union, abort, { rerun: a number } or { run: a command }, for example `rerun`',
    '5:23 [{}] `onCollision[3].use` is empty | → write rerun, ours, theirs, union, abort, { rerun: a number } or { run: a command }, for example `rerun`',
  ],
  'resolutions by path, each with a mistake': [
    lines`
      onCollision:
        - { path: [a] }
        - { use: ours }
        - { path: 1, use: ours }
        - { path: [a], use: unoin }
        - { paths: [a], use: ours }
        - ours
      tasks: { a: { run: x } }
    `,
    '2:5 [{ path: [a] }] `onCollision[0]` has no `use` | → add `use: theirs`',
    '3:5 [{ use: ours }] `onCollision[1]` has no `path` | → add `path: [package-lock.json]`',
    "4:13 [1] `onCollision[2].path` cannot be `1` | → quote it: '1'",
    '5:23 [unoin] `onCollision[3].use` cannot be `unoin` | → did you mean `union`?',
    '6:7 [paths] unknown key `paths` in `onCollision[4]` | → did you mean `path`?',
    '7:5 [ours] `onCollision[5]` cannot be `ours` | → write { path, use }, for example `{ path: [package-lock.json], use: theirs }`',
  ],
  'one entry instead of a list of them': [
    'onCollision: { path: [a], use: ours }\ntasks: { a: { run: x } }\n',
    '1:16 [path] `path` is a key of an entry of a list | → write a list: [{ path: [package-lock.json], use: theirs }]',
    '1:27 [use] `use` is a key of an entry of a list | → write a list: [{ path: [package-lock.json], use: theirs }]',
  ],
  'keys of worktrees': [
    'worktrees: { links: [node_modules], copy: 1 }\ntasks: { a: { run: x } }\n',
    '1:14 [links] unknown key `links` in `worktrees` | → did you mean `link`?',
    "1:43 [1] `worktrees.copy` cannot be `1` | → quote it: '1'",
  ],
  'one of a few words': [
    'integrate: squash\nstrays: eror\nonFailure: rolback\ntasks: { a: { run: x, workspace: isolated } }\n',
    '1:12 [squash] `integrate` cannot be `squash` | → write apply, merge or branches',
    '2:9 [eror] `strays` cannot be `eror` | → did you mean `error`?',
    '3:12 [rolback] `onFailure` cannot be `rolback` | → did you mean `rollback`?',
    '4:34 [isolated] `tasks.a.workspace` cannot be `isolated` | → write auto, shared or worktree',
  ],
};

for (const [name, [text, ...told]] of Object.entries(objections))
  test(name, () => assert.equal(problems(text), told));

test('what can be linked into a worktree', () => {
  const text =
    'worktrees: { link: [../x, /etc, a/../.., ., .git/hooks, "a/*", ok/, ./a/b] }\ntasks: {a: {run: x}}\n';
  const below = 'is outside the folder of the config | → use a path below the folder of the config';
  assert.equal(problems(text), [
    `1:21 [../x] \`../x\` ${below}`,
    `1:27 [/etc] \`/etc\` ${below}`,
    `1:33 [a/../..] \`a/../..\` ${below}`,
    '1:42 [.] the folder of the config itself cannot be linked | → name what is in it',
    '1:45 [.git/hooks] `.git/hooks` belongs to a single worktree | → remove it',
    '1:57 ["a/*"] `a/*` is a glob, but links need paths | → name each path; `copy:` takes globs',
  ]);
});

test('where worktrees can be made', () => {
  const of = (dir: string): string[] => problems(`worktrees: {dir: ${dir}}\ntasks: {a: {run: x}}\n`);
  const out = '→ use a folder outside, such as `../`, or one in `.ptask`';
  for (const dir of ['../', '../wt', '.ptask/wt', '/somewhere', 'a/../../b']) assert.equal(of(dir), [], dir);
  assert.equal(of('.'), [`1:18 [.] worktrees cannot be made in the folder of the config itself | ${out}`]);
  assert.equal(of('a/wt'), [
    `1:18 [a/wt] worktrees in \`a/wt\` would be matched by the globs of the tasks | ${out}`,
  ]);
});

test('globs of copies and of collisions are looked at like those of tasks', () => {
  const text = lines`
    onCollision:
      - { path: ['../x', 'a//'], use: ours }
      - { path: [], use: ours }
    worktrees: { copy: [/x] }
    tasks: { a: { run: x } }
  `;
  assert.equal(
    problems(text).map((problem) => /^[^[]*\[.*?\](?= )/.exec(problem)?.[0]),
    ["2:14 ['../x']", "2:22 ['a//']", '3:13 [[]]', '4:21 [/x]'],
  );
});
