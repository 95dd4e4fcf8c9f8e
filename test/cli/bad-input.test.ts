/**
 * What people do wrong, through the real command: each is told with its place and the way out, ends with exit code 2 and
 * leaves the folder as it was. What is said in detail about each mistake in a config: test/config.
 */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { told } from '../config/told.ts';
import {
  describeResult,
  type Project,
  type PtaskOptions,
  type PtaskResult,
  project,
} from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { tree } from '../support/tmp.ts';

const test = suite('cli/bad-input');

type Args = (string | PtaskOptions)[];

/** The run of a command that is refused, before anything happened. */
async function refusal(made: Project, ...args: Args): Promise<PtaskResult> {
  const before = tree(made.dir);
  const result = await made.ptask(...(args as string[]));
  const all = describeResult(result);
  assert.is(result.code, 2, all);
  assert.is(result.stdout, '', all);
  assert.not.match(result.stderr, /^\s+at .+:\d+:\d+\)?$/m, all);
  assert.equal(tree(made.dir), before, all);
  return result;
}

/** What is told about a config, by every command alike. */
async function refused(config: string | Uint8Array, file = 'parallel.config.yaml'): Promise<string[]> {
  const made = project({ files: { [file]: config } });
  const [run, check] = await Promise.all([refusal(made, 'run'), refusal(made, 'check')]);
  assert.is(check.stderr, run.stderr);
  return told(run.stderr, file);
}

const task = (...more: string[]): string =>
  `tasks:\n  a:\n    run: x\n${more.map((line) => `    ${line}\n`).join('')}`;

const laughs = Array.from(
  { length: 12 },
  (_, at) =>
    `x-${at}: &a${at} [${Array(10)
      .fill(at ? `*a${at - 1}` : 'ha')
      .join(', ')}]\n`,
);

const configs: Record<string, [config: string | Uint8Array, ...told: string[]]> = {
  'an empty file': ['', 'parallel.config.yaml is empty | → list what there is to run under `tasks:`'],
  'only comments': [
    '# tasks:\n#   a\n',
    'parallel.config.yaml is empty | → list what there is to run under `tasks:`',
  ],
  'no YAML at all': ['hello: [a, b\nworld }: x', '1:8 [[] this list is not closed | → a `]` is missing'],
  tabs: ['tasks:\n\ta:\n\t\trun: x\n', '2:1 [  ] a tab cannot indent YAML | → use spaces'],
  'a key twice': [
    'tasks:\n  a:\n    run: x\n  a:\n    run: y\n',
    '4:3 [a] duplicate key `a` | 2:3 the first one | → remove or rename one of them',
  ],
  'an unknown key': [
    task('timeuot: 10m'),
    '4:5 [timeuot] unknown key `timeuot` in `tasks.a` | → did you mean `timeout`?',
  ],
  'a wrong type': ['tasks:\n  a:\n    run: 3\n', "3:10 [3] `tasks.a.run` cannot be `3` | → quote it: '3'"],
  'a cycle': [
    'tasks:\n  a: {needs: [b]}\n  b: {needs: [a]}\n',
    '2:15 [b] dependency cycle: a → b → a | 3:15 `b` needs `a` | → remove one of these needs',
  ],
  'a missing need': [
    'tasks:\n  build: {run: x}\n  b: {needs: [biuld]}\n',
    '3:15 [biuld] `b` needs `biuld`, but there is no such task | → did you mean `build`?',
  ],
  'a task that needs itself': [task('needs: [a]'), '4:13 [a] `a` needs itself | → remove it'],
  'a pattern that leaves the root': [
    task("reads: ['../x/**']"),
    "4:13 ['../x/**'] patterns must not leave the root of the config; `..` does",
  ],
  'an absolute pattern': [
    task('reads: [/etc/*]'),
    '4:13 [/etc/*] patterns are relative to the root of the config; this one is absolute | → write `etc/*`',
  ],
  'an invalid glob': [
    task("reads: ['src/[a']"),
    "4:13 ['src/[a'] unbalanced bracket; escape a literal one with a backslash, as in `\\(`",
  ],
  'an alias bomb': [
    `${laughs.join('')}tasks: *a11\n`,
    '6:46 [*a4] the aliases in this file expand to more than 1,000,000 values | → use fewer aliases, and do not nest them',
  ],
  'a config of 5 MB': [
    `${task()}# ${'x'.repeat(5 * 1024 * 1024)}`,
    'parallel.config.yaml is 5.0 MB, and a config may have at most 4 MB | → combine tasks, or split the config into several',
  ],
  'a name with an empty part': [
    'tasks:\n  a//b: {run: x}\n',
    '2:3 [a//b] `a//b` cannot be a task name | → use letters, digits, dots, dashes and underscores, in parts with a colon, a slash or a # between them, beginning with a letter, a digit or an @ and no part ending with a dot, for example `a-b`',
  ],
  'a reserved name': [
    'tasks:\n  con: {run: x}\n',
    '2:3 [con] `con` cannot be a task name: it is not valid as a file or branch name | → rename it',
  ],
  'names equal but for case': [
    'tasks:\n  a: {run: x}\n  A: {run: x}\n',
    '3:3 [A] `A` and `a` differ only in case, so their files would be the same on some disks | 2:3 the other one | → rename one of them',
  ],
  'a cwd that does not exist': [
    task('cwd: nope'),
    '4:10 [nope] there is no folder `nope` | → create it, or list it under the `writes:` of the task that makes it',
  ],
  'a cwd that leaves the root': [
    task('cwd: ../x'),
    '4:10 [../x] `../x` is outside the folder of the config | → use a folder below that of the config',
  ],
  'a cwd that is a file': [
    task('cwd: parallel.config.yaml'),
    '4:10 [parallel.config.yaml] `parallel.config.yaml` is not a folder | → commands run in a folder',
  ],
  'two documents': [
    `${task()}---\n${task()}`,
    '4:1 [---] a config is one document, but a second one starts here | → remove the `---`',
  ],
  'a list at the top': [
    '- a\n',
    '1:1 [- a] the config cannot be a list | → list what there is to run under `tasks:`',
  ],
  'a scalar': [
    'hello\n',
    '1:1 [hello] the config cannot be `hello` | → list what there is to run under `tasks:`',
  ],
  'no tasks': [
    'tasks: null\n',
    '1:8 [null] `tasks` is empty | → write tasks by name, for example `{ lint: { run: npm run lint } }`',
  ],
  'a map for a list': [
    task('reads: { a: b }'),
    "4:12 [{ a: b }] `tasks.a.reads` cannot be a map | → write a glob, or a list of globs, for example `[src/**, '!src/generated/**']`",
  ],
  'an unquoted star': [
    task('reads: [*.ts]'),
    "4:13 [*.ts] an unquoted * starts a YAML alias | → quote the pattern: '*.ts'",
  ],
  'an unquoted exclamation mark': [
    task('reads: [!src/**]'),
    "4:13 [!src/**] an unquoted ! starts a YAML tag | → quote the pattern: '!src/**'",
  ],
  'an error in a merged map': [
    'x-d: &d {timeout: soon}\ntasks:\n  a: {<<: *d, run: x}\n  b: {<<: *d, run: x}\n',
    '1:19 [soon] `tasks.a.timeout` cannot be `soon` | → write a duration such as 500ms, 30s, 10m or 1h, or a number of seconds',
  ],
  '10,000 brackets': [`tasks: ${'['.repeat(10_000)}\n`],
  'zero bytes': [
    Buffer.from('tasks:\0\0'),
    'parallel.config.yaml is not text: it contains zero bytes | → save it as UTF-8',
  ],
  'UTF-16': [
    Buffer.from(`\uFEFF${task()}`, 'utf16le'),
    'parallel.config.yaml is UTF-16, but a config must be UTF-8 | → save it as UTF-8',
  ],
  'a byte-order mark before an error': [
    `\uFEFFtaks: 1\n`,
    '1:1 [taks] unknown key `taks` in the config | → did you mean `tasks`?',
  ],
  'CRLF before an error': [
    task('neds: [b]').replaceAll('\n', '\r\n'),
    '4:5 [neds] unknown key `neds` in `tasks.a` | → did you mean `needs`?',
  ],
  'a key of the coming version': [
    `include: [other.yaml]\n${task()}`,
    '1:1 [include] this version of ptask does not know `include` yet | → remove it for now',
  ],
};

for (const [name, [config, ...expected]] of Object.entries(configs)) {
  test(name, async () => {
    const said = await refused(config);
    if (expected.length > 0) assert.equal(said, expected);
    else
      assert.match(
        said[0] ?? '',
        /^1:\d+ \[\[\] this is nested too deeply \| → a config is a few levels deep$/,
      );
  });
}

test('JSON with tabs', async () => {
  const config = '{\n\t"tasks": {\n\t\t"a": { "runn": "x" }\n\t}\n}\n';
  assert.equal(await refused(config, 'parallel.config.json'), [
    '3:10 ["runn"] unknown key `runn` in `tasks.a` | → did you mean `run`?',
  ]);
});

test('a command that is not found', async () => {
  const made = project('tasks:\n  a:\n    run: nosuchprogram --x\n');
  assert.equal(told((await refusal(made)).stderr), [
    '3:10 [nosuchprogram --x] `a` runs `nosuchprogram`, and there is no such command | → install it, or give its path',
  ]);
  assert.is((await made.ptask('check')).code, 0, 'the config itself is sound');
});

test('no config', async () => {
  const { stderr } = await refusal(project({ files: { file: '' } }));
  assert.is(
    stderr,
    [
      'error no parallel.config.yaml here or in any folder above',
      '  → ptask init proposes one from what is here; or write it, for example:',
      '',
      '    tasks:',
      '      types:',
      '        run: npx tsc --noEmit',
      '        reads: [src/**]',
      '      lint:',
      '        run: npm run lint',
      '        reads: [src/**]',
      '',
    ].join('\n'),
  );
});

test('no config, and a word that is nearly a command', async () => {
  const made = project({ files: { file: '' } });
  for (const [word, meant] of [
    ['ini', 'init'],
    ['versio', '--version'],
    ['version', '--version'],
  ] as const) {
    const { code, stderr } = await made.ptask(word);
    const said = `error \`${word}\` is neither a command nor a task\n  → did you mean \`ptask ${meant}\`?\n`;
    assert.equal([code, stderr], [2, said]);
  }
});

test('a config that is a folder, or a link to nothing', async () => {
  const folder = project({ files: { 'parallel.config.yaml/': '' } });
  assert.equal(told((await refusal(folder)).stderr), [
    'parallel.config.yaml is a folder | → a config is a YAML or JSON file',
  ]);
  const link = project({ files: { 'parallel.config.yaml': { symlink: 'nowhere' } } });
  assert.equal(told((await refusal(link)).stderr), [
    'parallel.config.yaml is a symbolic link to nothing | → point it at the config',
  ]);
});

if (process.getuid?.() === 0) test.skip('a config that may not be read', 'root may read everything');
else
  test('a config that may not be read', async () => {
    const made = project({ files: { 'parallel.config.yaml': { content: task(), mode: 0o000 } } });
    const result = await made.ptask();
    assert.is(result.code, 2);
    assert.equal(told(result.stderr), [
      'no permission to read parallel.config.yaml | → a config is a YAML or JSON file that you may read',
    ]);
  });

test('--config and --cwd that are not there', async () => {
  const made = project({ config: task(), files: { 'sub/x': '' } });
  const { stderr } = await refusal(made, '--config', 'other.yaml', 'run');
  assert.match(
    stderr,
    /^error there is no file other\.yaml\n {2}→ --config takes the path of a YAML or JSON file/,
  );
  for (const cwd of ['nowhere', 'sub/x']) {
    const result = await refusal(made, '--cwd', cwd, 'run');
    assert.match(result.stderr, `there is no folder ${cwd}`);
  }
  assert.match((await refusal(made, '--config', 'sub', 'run')).stderr, 'error sub is a folder');
});

test('an unknown task on the command line', async () => {
  const made = project('tasks: {build: {run: x}, lint: {run: x}}\n');
  assert.equal(told((await refusal(made, 'run', 'biuld')).stderr), [
    'there is no task `biuld` | → did you mean `build`?',
  ]);
  assert.equal(told((await refusal(made, 'run', 'zzz', 'yyy')).stderr), [
    'there is no task `zzz` | → the tasks are build, lint',
    'there is no task `yyy` | → the tasks are build, lint',
  ]);
});

test('a folder that is none is told by every command', async () => {
  const made = project({ files: { file: '' } });
  const commands = [
    'run',
    'plan',
    'list',
    'check',
    'runs',
    'report',
    'log',
    'undo',
    'clean',
    'cache',
    'doctor',
    'init',
  ];
  for (const words of [...commands.map((command) => [command]), ['exec', 'true'], ['migrate', 'turbo']])
    await Promise.all(
      ['nowhere', 'file', 'file/in'].map(async (folder) =>
        assert.equal(
          told((await refusal(made, ...words, '--cwd', folder)).stderr),
          [`there is no folder ${folder} | → give the path of a folder`],
          words.join(' '),
        ),
      ),
    );
});

test('a bad flag', async () => {
  const made = project(task());
  assert.match((await refusal(made, 'run', '--concurency', '2')).stderr, /--concurency.*\n.*--concurrency/);
  assert.match((await refusal(made, 'run', '--concurrency', 'many')).stderr, /`many` for `-c, --concurrency/);
  assert.match((await refusal(made, 'run', '--strategy', 'fast')).stderr, /`fast` for `--strategy/);
});

test('paths are told from where the person is', async () => {
  const made = project({
    files: { '.config/parallel.config.yaml': 'tasks: 3\n', 'a/b/': '', 'far/away/down/here/': '' },
  });
  const place = async (...args: Args) => /error (\S+):1:8 /.exec((await refusal(made, ...args)).stderr)?.[1];
  const file = join('.config', 'parallel.config.yaml');
  assert.is(await place(), file);
  assert.is(await place({ cwd: join(made.dir, 'a') }), join('..', file));
  assert.is(await place('--cwd', 'a/b'), join('..', '..', file));
  assert.is(await place({ cwd: join(made.dir, 'far/away/down/here') }), join(made.dir, file));
  assert.is(await place('--config', file, '--cwd', made.dir, { cwd: join(made.dir, 'a') }), file);
});

test('what looks odd and works', async () => {
  const odd: Record<string, string> = {
    'a byte-order mark': `\uFEFF${task()}`,
    CRLF: task('reads: [a]').replaceAll('\n', '\r\n'),
    'numbers as names, in their order': 'tasks:\n  10: {run: x}\n  2: {run: x, needs: ["10"]}\n',
    'a thousand uses of an anchor': `x-t: &t {run: x}\ntasks:\n${Array.from({ length: 1_000 }, (_, at) => `  t${at}: *t\n`).join('')}`,
  };
  for (const [name, config] of Object.entries(odd)) {
    const result = await project(config).ptask('check');
    assert.is(result.code, 0, `${name}\n${describeResult(result)}`);
  }
  const listed = await project(odd['numbers as names, in their order'] ?? '').ptask('list');
  assert.match(listed.stdout, /^10 .*\n2 /);
});

test('a symbolic link to the config, found from a folder below', async () => {
  const made = project({ files: { 'real/config.yaml': task(), 'project/sub/': '' } });
  symlinkSync('../real/config.yaml', join(made.dir, 'project/parallel.config.yaml'));
  const result = await made.ptask('check', { cwd: join(made.dir, 'project/sub') });
  assert.is(result.stdout, '✔ ../parallel.config.yaml is valid: 1 task\n', describeResult(result));
});

test('thirty errors in one file, in the order of the text', async () => {
  const config = `tasks:\n${Array.from({ length: 15 }, (_, at) => `  t${at}:\n    runn: x\n    needs: [x${at}]\n`).join('')}`;
  const made = project(config);
  const { stderr } = await refusal(made, 'check');
  const places = [...stderr.matchAll(/^error parallel\.config\.yaml:(\d+):/gm)].map(([, line]) =>
    Number(line),
  );
  assert.equal(
    places,
    Array.from({ length: 30 }, (_, at) => Math.floor(at / 2) * 3 + 3 + (at % 2)),
  );
  assert.match(stderr, /\n30 errors\n$/);
  assert.ok(stderr.split('\n').length < 160, `${stderr.split('\n').length} lines`);
  assert.ok(stderr.split('\n').every((line) => line.length <= 80));
});
