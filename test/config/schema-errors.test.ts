/** What a config may hold by the schema: each objection at its place, with what was expected. */
import { assert, suite } from '../support/suite.ts';
import { config, lines, problems } from './support.ts';

const test = suite('config/schema-errors');

/** A task that is sound but for these lines. */
const task = (...more: string[]): string =>
  `tasks:\n  a:\n    run: x\n${more.map((line) => `    ${line}\n`).join('')}`;

const TASK_KEYS =
  'the keys are description, tags, run, agent, prompt, instructions, requirements, reads, writes, needs, resources, cwd, shell, env, verify, timeout, service, ready, output, retry, onFailure, conflicts, workspace, strays, checkpoint, cache, strict, remote, raw and snapshotReads';
const NAME =
  'use letters, digits, dots, dashes and underscores, in parts with a colon, a slash or a # between them, beginning with a letter, a digit or an @ and no part ending with a dot';

const objections: Record<string, [text: string, ...told: string[]]> = {
  'a list at the top': [
    '- a\n- b\n',
    '1:1 [- a] the config cannot be a list | → list what there is to run under `tasks:`',
  ],
  'a word at the top': [
    'hello\n',
    '1:1 [hello] the config cannot be `hello` | → list what there is to run under `tasks:`',
  ],
  'a number at the top': [
    '1.0\n',
    '1:1 [1.0] the config cannot be `1.0` | → list what there is to run under `tasks:`',
  ],
  'no tasks': [
    'concurrency: 2\n',
    '1:1 [concurrency: 2] the config has no `tasks` | → list what there is to run under `tasks:`',
  ],
  'tasks misspelt': [
    'task:\n  a: {run: x}\n',
    '1:1 [task] unknown key `task` in the config | → did you mean `tasks`?',
  ],
  'tasks: null': [
    'tasks: null\n',
    '1:8 [null] `tasks` is empty | → write tasks by name, for example `{ lint: { run: npm run lint } }`',
  ],
  'tasks without a value': [
    'tasks:\n',
    '1:1 [tasks] `tasks` is empty | → write tasks by name, for example `{ lint: { run: npm run lint } }`',
  ],
  'tasks: []': [
    'tasks: []\n',
    '1:8 [[]] `tasks` is empty | → write tasks by name, for example `{ lint: { run: npm run lint } }`',
  ],
  'tasks: {}': ['tasks: {}\n', '1:8 [{}] `tasks` is empty | → add at least one task'],
  'a list of tasks': [
    'tasks:\n  - name: a\n    run: x\n',
    '2:3 [- name: a] `tasks` cannot be a list | → write tasks by name, for example `{ lint: { run: npm run lint } }`',
  ],
  'a task that is its command': [
    'tasks:\n  a: npm test\n',
    '2:6 [npm test] `tasks.a` cannot be `npm test` | → write a map: { run: npm test }',
  ],
  'a task that is nothing': [
    'tasks:\n  a:\n',
    '2:3 [a] `tasks.a` is empty | → write a task, for example `{ run: npm run lint, reads: [src/**] }`',
  ],
  'a task without a colon': [
    'tasks:\n  a:\n    run x\n',
    '3:5 [run x] `tasks.a` cannot be `run x` | → put a colon after `run`',
  ],
  'a task without a space': [
    'tasks:\n  a:\n    run:x\n',
    '3:5 [run:x] `tasks.a` cannot be `run:x` | → put a space after `run:`',
  ],
  'a key misspelt': [
    'tasks:\n  a:\n    runn: x\n',
    '3:5 [runn] unknown key `runn` in `tasks.a` | → did you mean `run`?',
  ],
  'a key in another case': [
    task('Reads: [a]'),
    '4:5 [Reads] unknown key `Reads` in `tasks.a` | → did you mean `reads`?',
  ],
  'an unknown key': [
    task('banana: 1'),
    `4:5 [banana] unknown key \`banana\` in \`tasks.a\` | → ${TASK_KEYS}`,
  ],
  'keys of objects': [
    task('constructor: 1', '__proto__: {run: y}'),
    `4:5 [constructor] unknown key \`constructor\` in \`tasks.a\` | → ${TASK_KEYS}`,
    `5:5 [__proto__] unknown key \`__proto__\` in \`tasks.a\` | → ${TASK_KEYS}`,
  ],
  'the words of other runners': [
    'tasks:\n  a: {cmd: x, dependsOn: [b], working_directory: c}\n',
    '2:7 [cmd] unknown key `cmd` in `tasks.a` | → use `run`',
    '2:15 [dependsOn] unknown key `dependsOn` in `tasks.a` | → use `needs`',
    '2:31 [working_directory] unknown key `working_directory` in `tasks.a` | → use `cwd`',
  ],
  'what is not there yet': [
    'tasks:\n  a: {run: x, include: y}\n',
    '2:15 [include] this version of ptask does not know `include` yet | → remove it for now',
  ],
  'what other runners call files, and what they print to': [
    task('outputs: dist/**', 'files: [a]', 'generates: x', 'deps: [b]', 'desc: x'),
    '4:5 [outputs] unknown key `outputs` in `tasks.a` | → use `writes`',
    '5:5 [files] unknown key `files` in `tasks.a` | → use `reads`',
    '6:5 [generates] unknown key `generates` in `tasks.a` | → use `writes`',
    '7:5 [deps] unknown key `deps` in `tasks.a` | → use `needs`',
    '8:5 [desc] unknown key `desc` in `tasks.a` | → use `description`',
  ],
  'files as an output': [
    'tasks:\n  a: {run: x, output: dist/**}\n  b: {run: x, output: [dist/**]}\n',
    '2:23 [dist/**] `tasks.a.output` cannot be `dist/**` | → use `writes`',
    '3:23 [[dist/**]] `tasks.b.output` cannot be a list | → use `writes`',
  ],
  'a number instead of a list': [
    task('reads: 3'),
    "4:12 [3] `tasks.a.reads` cannot be `3` | → quote it: '3'",
  ],
  'an empty string instead of a list': [
    task("reads: ''"),
    "4:12 [''] `tasks.a.reads` is empty | → write a glob, or a list of globs, for example `[src/**, '!src/generated/**']`",
  ],
  'several tasks in one string': [
    'tasks:\n  b: {run: x}\n  c: {run: x}\n  a: {needs: "b, c"}\n',
    '4:14 ["b, c"] `a` needs `b, c`, but there is no such task | → write a list: [b, c]',
  ],
  'a map instead of a list': [
    task('needs: {b: 1}'),
    '4:12 [{b: 1}] `tasks.a.needs` cannot be a map | → write a task name, or a list of task names, for example `[build]`',
  ],
  'numbers that are names': [
    'tasks:\n  10: {run: x}\n  2:\n    needs: [10]\n    description: 2.0\n',
    "4:13 [10] `tasks.2.needs[0]` cannot be `10` | → quote it: '10'",
    "5:18 [2.0] `tasks.2.description` cannot be `2.0` | → quote it: '2.0'",
  ],
  'nothing in lists and maps': [
    task('needs:', 'reads: ~', 'env:'),
    '4:5 [needs] `tasks.a.needs` is empty | → write a task name, or a list of task names, for example `[build]`',
    "5:12 [~] `tasks.a.reads` is empty | → write a glob, or a list of globs, for example `[src/**, '!src/generated/**']`",
    '6:5 [env] `tasks.a.env` is empty | → write environment variables by name, for example `{ NODE_ENV: test }`',
  ],
  'an empty command': [
    "tasks:\n  a:\n    run: ''\n",
    "3:10 [''] `tasks.a.run` is empty | → write a command, or a list of commands, for example `npm test`",
  ],
  'a command that is a comment': [
    'tasks:\n  a:\n    run: #x\n',
    '3:5 [run] `tasks.a.run` is empty | → a # starts a comment; quote a value that starts with one',
  ],
  'commands of other types': [
    "tasks:\n  a:\n    run: ['', 3, null, [x]]\n",
    "3:11 [''] `tasks.a.run[0]` is empty | → write a command, for example `npm test`",
    "3:15 [3] `tasks.a.run[1]` cannot be `3` | → quote it: '3'",
    '3:18 [null] `tasks.a.run[2]` is empty | → write a command, for example `npm test`',
    '3:24 [[x]] `tasks.a.run[3]` cannot be a list | → write a command, for example `npm test`',
  ],
  concurrency: [
    `concurrency: 0\n${task()}`,
    '1:14 [0] `concurrency` cannot be `0` | → write a number of tasks, a percentage of the cores, or auto, for example `4`',
  ],
  'a choice misspelt': [
    `strategy: paralel\n${task()}`,
    '1:11 [paralel] `strategy` cannot be `paralel` | → did you mean `parallel`?',
  ],
  'another choice': [
    `strategy: fast\n${task()}`,
    '1:11 [fast] `strategy` cannot be `fast` | → write auto, parallel, worktrees, phased or sequential',
  ],
  'a yes': [
    task('snapshotReads: yes'),
    '4:20 [yes] `tasks.a.snapshotReads` cannot be `yes` | → write true or false',
  ],
  durations: [
    task('timeout: -1', 'retry: {times: 2, delay: 5 s}'),
    '4:14 [-1] `tasks.a.timeout` cannot be `-1` | → write a duration such as 500ms, 30s, 10m or 1h, or a number of seconds',
    '5:30 [5 s] `tasks.a.retry.delay` cannot be `5 s` | → write a duration such as 500ms, 30s, 10m or 1h, or a number of seconds',
  ],
  retries: [
    task('retry: -1'),
    '4:12 [-1] `tasks.a.retry` cannot be `-1` | → write a number of retries from 0 to 100, or { times, delay }, for example `2`',
  ],
  'retries without a number': [
    task('retry: {delay: 1s}'),
    '4:5 [retry] `tasks.a.retry` has no `times` | → add `times: 2`',
  ],
  resources: [
    `resources: {a: 0.5}\n${task('resources: {db: rite}')}`,
    '1:16 [0.5] `resources.a` cannot be `0.5` | → write a whole number of units, 1 or more, for example `2`',
    '5:21 [rite] `tasks.a.resources.db` cannot be `rite` | → did you mean `write`?',
  ],
  variables: [
    task('env: {1A: x, B: [1], C: ~}'),
    '4:11 [1A] `1A` cannot be a variable name | → use letters, digits and underscores, not beginning with a digit',
    '4:21 [[1]] `tasks.a.env.B` cannot be a list | → write a string, a number or true/false, for example `test`',
    '4:29 [~] `tasks.a.env.C` is empty | → write a string, a number or true/false, for example `test`',
  ],
  steps: [
    `${task()}validate:\n  - {}\n  - npm test\n  - {name: t, run: x, when: {}}\n`,
    '5:5 [{}] `validate[0]` has no `name` | → add `name: types`',
    '6:5 [npm test] `validate[1]` cannot be `npm test` | → write a map: { name: check, run: npm test }',
    '7:23 [when] `validate[2].when` has no `changed` | → add `changed: [src/api/**]`',
  ],
  'names of tasks': [
    "tasks:\n  a//b: {run: x}\n  ..: {run: x}\n  a b: {run: x}\n  -x: {run: x}\n  x.: {run: x}\n  é: {run: x}\n  '': {run: x}\n",
    `2:3 [a//b] \`a//b\` cannot be a task name | → ${NAME}, for example \`a-b\``,
    `3:3 [..] \`..\` cannot be a task name | → ${NAME}`,
    `4:3 [a b] \`a b\` cannot be a task name | → ${NAME}, for example \`a-b\``,
    `5:3 [-x] \`-x\` cannot be a task name | → ${NAME}, for example \`x\``,
    `6:3 [x.] \`x.\` cannot be a task name | → ${NAME}, for example \`x\``,
    `7:3 [é] \`é\` cannot be a task name | → ${NAME}`,
    `8:3 [''] \`\` cannot be a task name | → ${NAME}`,
  ],
  'a name and its task': [
    'tasks:\n  a b:\n',
    `2:3 [a b] \`a b\` cannot be a task name | → ${NAME}, for example \`a-b\``,
    '2:3 [a b] `tasks.a b` is empty | → write a task, for example `{ run: npm run lint, reads: [src/**] }`',
  ],
};

for (const [name, [text, ...expected]] of Object.entries(objections)) {
  test(name, () => assert.equal(problems(text).sort(byPlace), expected.sort(byPlace)));
}

/** Two problems of one place may come in either order. */
const byPlace = (a: string, b: string): number =>
  Number(a.split(':')[0]) - Number(b.split(':')[0]) ||
  Number(/:(\d+)/.exec(a)?.[1]) - Number(/:(\d+)/.exec(b)?.[1]) ||
  (a < b ? -1 : 1);

test('a name that is too long is told so, shortened', () => {
  const [told = ''] = problems(`tasks:\n  ${'a'.repeat(101)}: {run: x}\n`);
  assert.match(told, /`a{59}…` cannot be a task name \| → use at most 100 characters$/);
});

test('what an alias or a merge repeats is told once, where it is written', () => {
  const text = lines`
    x-defaults: &defaults
      timeout: ten
      reads: ['../x']
    tasks:
      a: {run: x, <<: *defaults}
      b:
        <<: *defaults
        run: y
      c:
        <<: [*defaults]
        timeout: 1m
        run: z
  `;
  assert.equal(problems(text), [
    '2:12 [ten] `tasks.a.timeout` cannot be `ten` | → write a duration such as 500ms, 30s, 10m or 1h, or a number of seconds',
    "3:11 ['../x'] patterns must not leave the root of the config; `..` does",
  ]);
});

test('all problems of a file are told at once, in the order of the text, and no consequences of one another', () => {
  const text = lines`
    concurrency: many
    tasks:
      build:
        run: 3
        reads: ['../x']
      test:
        needs: [biuld, build]
        cdw: packages
      lint:
        neds: [build]
      both:
        needs: [both, broken]
      broken:
  `;
  assert.equal(
    problems(text).map((line) => line.split(' | ')[0]),
    [
      '1:14 [many] `concurrency` cannot be `many`',
      '4:10 [3] `tasks.build.run` cannot be `3`',
      "5:13 ['../x'] patterns must not leave the root of the config; `..` does",
      '7:13 [biuld] `test` needs `biuld`, but there is no such task',
      '8:5 [cdw] unknown key `cdw` in `tasks.test`',
      '10:5 [neds] unknown key `neds` in `tasks.lint`',
      '12:13 [both] `both` needs itself',
      '13:3 [broken] `tasks.broken` is empty',
    ],
  );
});

test('keys that begin with x- may hold anything', () => {
  const { tasks } = config('x-a: [1, {b: c}]\nx-b: &b {timeout: 1m}\ntasks: {a: {<<: *b, run: x}}\n');
  assert.is(tasks[0]?.timeoutMs, 60_000);
  assert.equal(problems('tasks: {a: {run: x, x-b: 1}}\n').length, 1, 'only at the top');
});
