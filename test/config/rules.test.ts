/** What the schema cannot say. */
import { symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { isEveryday } from '../../src/config/globs.ts';
import { checkPattern } from '../../src/plan/patterns/index.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { lines, problems } from './support.ts';

const test = suite('config/rules');

test('a dotenv file that is there and cannot be read; a missing one is skipped', () => {
  const root = tempDir();
  write(root, { 'folder/x': '', 'secret.env': { content: 'A=1\n', mode: 0o000 }, '.env': 'A=1\n' });
  const hint = '→ name a file of NAME=value lines that you may read';
  const expected = [
    `1:16 [folder] \`folder\` is a folder | ${hint}`,
    ...(process.getuid?.() === 0 ? [] : [`1:24 [secret.env] no permission to read \`secret.env\` | ${hint}`]),
  ];
  const text = 'dotenv: [.env, folder, secret.env, missing.env, .env/below]\ntasks: {a: {run: x}}\n';
  assert.equal(problems(text, { root }), expected);
});

test("what is git's or ptask's is no task's to write, however it is spelt", () => {
  const spelt = [
    ...[
      '.git',
      '.git/',
      '.git/**',
      './.git/**',
      '**/.git/**',
      'a/.ptask',
      '.GIT/hooks',
      '{.git,src}/**',
      '{a/,}.git/x',
    ],
    ...['@(.git|b)/x', '[.]git/**', '.gi[t]', '{src,{a,.git}}/x', '?(x).git/a', 'x/{.git/a,b}', '*/.git'],
    ...['(.git|a)/x', '**/*/.ptask/**', '.pt{a,b}sk', '{.gi,src}t/x'],
  ];
  for (const glob of spelt) {
    const [told = '', ...others] = problems(`tasks: {a: {run: x, writes: [${JSON.stringify(glob)}]}}\n`);
    assert.match(told, /1:\d+ .* names files in `\.(?:git|ptask)`, which only (?:git|ptask) may write/, glob);
    assert.match(told, /→ remove it/);
    assert.equal(others, [], glob);
    assert.equal(problems(`tasks: {a: {run: x, reads: [${JSON.stringify(glob)}]}}\n`), [], glob);
  }
  const others = [
    ...[
      '**',
      '.gitignore',
      '.github/**',
      '.git*',
      '.gi?',
      '!(.git)/**',
      'src/!(.git|x)',
      'foo{.git,.zip}',
      '*.git',
    ],
    ...[
      'repo.git/**',
      '.gitx',
      'digit/**',
      '.git-hooks/**',
      '[^.]git',
      '{.github,src}/**',
      'git/**',
      '.[a-z]it',
    ],
  ];
  for (const glob of others)
    assert.equal(problems(`tasks: {a: {run: x, writes: [${JSON.stringify(glob)}, '!.git/x']}}\n`), [], glob);
});

test('a needed task that does not exist', () => {
  assert.equal(problems('tasks:\n  build: {run: x}\n  b: {needs: [biuld]}\n'), [
    '3:15 [biuld] `b` needs `biuld`, but there is no such task | → did you mean `build`?',
  ]);
  assert.equal(problems('tasks:\n  a: {run: x}\n  b: {needs: [zzz, constructor]}\n'), [
    '3:15 [zzz] `b` needs `zzz`, but there is no such task | → the tasks are a, b',
    '3:20 [constructor] `b` needs `constructor`, but there is no such task | → the tasks are a, b',
  ]);
});

test('a task that needs itself', () => {
  assert.equal(problems('tasks:\n  a: {run: x, needs: [a]}\n'), ['2:23 [a] `a` needs itself | → remove it']);
});

test('a cycle is shown whole, from the task that is declared first', () => {
  //   a → b → c → a, and d only leads into it
  const text = 'tasks:\n  d: {needs: [c]}\n  a: {needs: [b]}\n  b: {needs: [c]}\n  c: {needs: [a]}\n';
  assert.equal(problems(text), [
    '3:15 [b] dependency cycle: a → b → c → a | 4:15 `b` needs `c` | 5:15 `c` needs `a` | → remove one of these needs',
  ]);
});

test('two cycles that share no task are both told', () => {
  const text = 'tasks:\n  a: {needs: [b]}\n  b: {needs: [a]}\n  c: {needs: [d, a]}\n  d: {needs: [c]}\n';
  assert.equal(
    problems(text).map((line) => /cycle: ([^|]*) \|/.exec(line)?.[1]),
    ['a → b → a', 'c → d → c'],
  );
});

test('a very long cycle is cut in its middle', () => {
  const text = Array.from({ length: 1_000 }, (_, at) => `  t${at}: {needs: [t${(at + 1) % 1_000}]}\n`).join(
    '',
  );
  const [told = '', ...others] = problems(`tasks:\n${text}`);
  assert.equal(others, []);
  assert.match(told, /cycle: t0 → t1 → .* → t19 → … 961 more … → t981 → .* → t999 → t0 \|/);
});

test('patterns are looked at one by one', () => {
  const text = lines`
    tasks:
      a:
        run: x
        reads: ['../x/**', /etc/*, 'src/[', ok/**]
        writes: ['!dist/**']
    validate:
      - { name: v, run: x, when: { changed: [a//b] } }
      - { name: w, run: x, when: { changed: [] } }
  `;
  assert.equal(
    problems(text).map((line) => line.replace(/ \| .*/, '')),
    [
      "4:13 ['../x/**'] patterns must not leave the root of the config; `..` does",
      '4:24 [/etc/*] patterns are relative to the root of the config; this one is absolute',
      "4:32 ['src/['] unbalanced bracket; escape a literal one with a backslash, as in `\\(`",
      '5:5 [writes] a list of excludes alone matches nothing',
      '7:42 [a//b] a path never contains `//`, so this matches nothing',
      '8:41 [[]] with an empty list this step would never run',
    ],
  );
});

test('everyday patterns are not looked at closely, and rightly so', () => {
  for (const glob of [
    'src/**',
    '**',
    '*',
    '!dist/**',
    '*.ts',
    'a/b.c',
    'src/*/x-*.ts',
    '.github/**',
    'a/.b',
    '@x/y',
    '**/*.json',
  ])
    assert.ok(isEveryday(glob), glob);
  for (const glob of [
    '',
    '!',
    '.',
    '..',
    './a',
    'a/..',
    '../a',
    'a/../b',
    'a/./b',
    'a//b',
    'a/',
    '/a',
    '~/a',
    'a\\b',
    '{a,b}',
    '!!a',
    '!../a',
  ])
    assert.not.ok(isEveryday(glob), glob);
  const piece = fc.constantFrom('a', 'b-c', '.', '..', '*', '**', '/', '!', '@', '.d', '_');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const glob = pieces.join('');
      if (isEveryday(glob)) assert.is(checkPattern(glob), undefined, glob);
    }),
    { numRuns: 3_000 },
  );
});

test('a task with nothing to run', () => {
  assert.equal(
    problems('tasks:\n  a: {}\n  b: {run: [], needs: []}\n  c: {run: [], needs: [d]}\n  d: {run: x}\n'),
    [
      '2:3 [a] `a` has nothing to run | → add `run:` or `agent:`, or `needs:` for a task that only gathers others',
      '3:3 [b] `b` has nothing to run | → add `run:` or `agent:`, or `needs:` for a task that only gathers others',
    ],
  );
  assert.equal(problems('tasks: {a: {run: x}}\nvalidate: [{name: v, run: []}]\n'), [
    '2:27 [[]] the step `v` has nothing to run | → write a command',
  ]);
});

test('names that no file or branch may have', () => {
  const names = ['con', 'NUL.txt', 'a.lock', 'a..b', 'com1'];
  const text = `tasks:\n${names.map((name) => `  ${name}: {run: x}\n`).join('')}`;
  assert.equal(
    problems(text),
    names.map(
      (name, at) =>
        `${at + 2}:3 [${name}] \`${name}\` cannot be a task name: it is not valid as a file or branch name | → rename it`,
    ),
  );
  assert.equal(
    problems('tasks: {console: {run: x}, locks: {run: x}, a.b: {run: x}, toString: {run: x}}\n'),
    [],
  );
});

test('names that are equal but for case', () => {
  assert.equal(problems('tasks:\n  Build: {run: x}\n  build: {run: y}\n'), [
    '3:3 [build] `build` and `Build` differ only in case, so their files would be the same on some disks | 2:3 the other one | → rename one of them',
  ]);
});

test('resources that could never be had', () => {
  const text = lines`
    resources: { licence: 2, one: 1 }
    tasks:
      a: { run: x, resources: { licence: 3, one: 2 } }
      b: { run: x, resources: { gpu: 2, cpu: 1, constructor: 1 } }
  `;
  assert.equal(problems(text), [
    '3:38 [3] `a` uses 3 of `licence`, but there are only 2 | 1:23 `licence` is counted | → use fewer, or raise the number: the task could never start',
    '3:46 [2] `a` uses 2 of `one`, but there is only 1 | 1:31 `one` is counted | → use fewer, or raise the number: the task could never start',
    '4:34 [2] `b` uses 2 of `gpu`, which is not a counted resource | → say how many there are, at the top of the config: resources: { gpu: 2 }',
  ]);
});

test('validation steps of one name', () => {
  assert.equal(problems('tasks: {a: {run: x}}\nvalidate:\n  - {name: v, run: x}\n  - {name: v, run: y}\n'), [
    '4:12 [v] there are two validation steps `v` | 3:12 the first one | → rename one of them',
  ]);
});

function rooted(): string {
  const root = tempDir();
  write(root, { 'packages/e2e/x': '', file: 'x' });
  symlinkSync('packages', `${root}/link`);
  return root;
}

test('a folder to run in exists, and lies below the config', () => {
  const root = rooted();
  const told = (cwd: string) => problems(`tasks:\n  a:\n    run: x\n    cwd: ${cwd}\n`, { root });
  for (const cwd of ['.', './', 'packages', 'packages/e2e/', './packages/../packages', 'link/e2e'])
    assert.equal(told(cwd), [], cwd);
  for (const cwd of ['..', '../', '../x', 'packages/../..', '/tmp', '/'])
    assert.equal(told(cwd), [
      `4:10 [${cwd}] \`${cwd}\` is outside the folder of the config | → use a folder below that of the config`,
    ]);
  assert.equal(told('file'), ['4:10 [file] `file` is not a folder | → commands run in a folder']);
  assert.equal(told('nope'), [
    '4:10 [nope] there is no folder `nope` | → create it, or list it under the `writes:` of the task that makes it',
  ]);
});

test('a folder may be missing that some task says it makes', () => {
  const missing = (cwd: string, writes: string) =>
    problems(`tasks:\n  make: {run: x, writes: [${writes}]}\n  use: {run: x, needs: [make], cwd: ${cwd}}\n`)
      .length > 0;
  const made: [cwd: string, writes: string][] = [
    ['dist', 'dist/**'],
    ['dist', 'dist/a/b.js'],
    ['dist', 'dist/*.js'],
    ['dist/a', 'dist/**'],
    ['dist', 'dist'],
    ['dist/a', './dist'],
    ['packages/a', "'packages/{a,b}'"],
    ['dist/a', "'**'"],
    ['packages/a', 'packages/*/src/*.ts'],
    ['packages/a', "'{packages,apps}/a/**'"],
    ['a/b', "'**/*.js'"],
    ['dist', "dist/**, '!dist/x'"],
    ["'a (b)'", "'a */**'"],
  ];
  for (const [cwd, writes] of made) assert.not(missing(cwd, writes), `${cwd} by ${writes}`);
  const notMade: [cwd: string, writes: string][] = [
    ['dist', 'dist2'],
    ['dist', 'dist2/**'],
    ['dist/a', 'dist/*.js'],
    ['dist', 'src/**'],
    ['dist', "src/**, '!dist/**'"],
  ];
  for (const [cwd, writes] of notMade) assert.ok(missing(cwd, writes), `${cwd} by ${writes}`);
});

test('one badly named task hides nothing that is wrong with the others', () => {
  const [name, ...others] = problems('tasks:\n  "b c": {run: x}\n  a: {run: x, needs: [nope, "b c"]}\n');
  assert.match(name ?? '', '2:3 ["b c"] `b c` cannot be a task name');
  assert.equal(others, ['3:23 [nope] `a` needs `nope`, but there is no such task | → the tasks are b c, a']);
});

const TWICE = '→ remove or rename one of them';

test('a key that is there twice hides nothing else', () => {
  const text = 'tasks:\n  a: {run: x}\n  b: {run: x, run: y, raeds: []}\n  a: {run: x, needs: [nope]}\n';
  assert.equal(problems(text), [
    `3:15 [run] duplicate key \`run\` | 3:7 the first one | ${TWICE}`,
    '3:23 [raeds] unknown key `raeds` in `tasks.b` | → did you mean `reads`?',
    `4:3 [a] duplicate key \`a\` | 2:3 the first one | ${TWICE}`,
    '4:23 [nope] `a` needs `nope`, but there is no such task | → the tasks are a, b',
  ]);
});

test('of tasks that stand under two keys nothing is told that the other half may answer', () => {
  assert.equal(problems('tasks: {a: {run: x}}\ntasks: {b: {runn: x, needs: [a]}}\n'), [
    `2:1 [tasks] duplicate key \`tasks\` | 1:1 the first one | ${TWICE}`,
    '2:13 [runn] unknown key `runn` in `tasks.b` | → did you mean `run`?',
  ]);
});

test('patterns that it would take too long to look into are one error, at the first that is too much', () => {
  const list = Array.from({ length: 60 }, (_, at) => `**/a/`.repeat(500) + at);
  const [only = '', ...more] = problems(JSON.stringify({ tasks: { a: { run: 'x', writes: list } } }));
  assert.match(
    only,
    /^1:\d+ \[.*\] the patterns up to here are too many or too complex to check \| → use fewer/,
  );
  assert.equal(more, []);
});

test('a strict task has a folder of its own, and so no worktree', () => {
  const [told = '', ...others] = problems('tasks: {a: {run: x, strict: true, workspace: worktree}}\n');
  assert.is(
    told,
    '1:46 [worktree] `a` is strict and has `workspace: worktree`, but a strict task has a scratch folder of its own | 1:29 it is strict | → remove `workspace`: strict tasks that write the same files run one after the other',
  );
  assert.equal(others, []);
  assert.equal(problems('tasks: {a: {run: x, strict: true, workspace: shared}}\n'), []);
});

test('a raw task has no cache, no agent, no worktree and no output of its own, and runs something', () => {
  const one = (fields: string): string[] =>
    problems(`agents: {x: {run: y}}\ntasks: {a: {raw: true, ${fields}}, b: {run: x}}\n`);
  const raw = '2:18 it is raw';
  assert.equal(one('run: x, cache: {env: [A]}'), [
    `2:39 [{env: [A]}] \`a\` is raw and has \`cache\`, but what a person types is no part of a key | ${raw} | → remove \`cache\`, or \`raw\``,
  ]);
  assert.equal(one('agent: x, prompt: y'), [
    `2:31 [x] \`a\` is raw and has an agent, which reads its prompt where a raw task reads the keyboard | ${raw} | → remove \`raw\`, or start the agent by \`run\``,
  ]);
  assert.equal(one('run: x, workspace: worktree'), [
    `2:43 [worktree] \`a\` is raw and has \`workspace: worktree\`, but nothing runs beside a raw task | ${raw} | → remove \`workspace\`: raw tasks work in the shared tree`,
  ]);
  assert.equal(one('run: x, output: {limit: 1 MB}'), [
    `2:40 [{limit: 1 MB}] \`a\` is raw and has \`output\`, but what a raw task prints goes to the terminal and is not kept | ${raw} | → remove \`output\``,
  ]);
  assert.equal(one('needs: b'), ['2:18 [true] `a` is raw and runs nothing | → add `run`, or remove `raw`']);
  for (const fields of [
    'run: x, cache: false',
    'run: x, workspace: shared, strict: true',
    'run: x, timeout: 1m, verify: y',
  ])
    assert.equal(one(fields), []);
});
