// `ptask init` and `ptask migrate` as somebody calls them: what is shown, asked, written and refused.

import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { expectCode, expectOutput, type Project, project } from '../support/cli.ts';
import { ptaskTerminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/init');

const FILES = {
  'package.json': JSON.stringify({
    name: 'p',
    scripts: { lint: 'eslint .', dev: 'vite', size: 'node size.js' },
  }),
};
const files = (others: Record<string, string> = {}): Project => project({ files: { ...FILES, ...others } });

const configOf = ({ dir }: Project): string => readFileSync(join(dir, 'parallel.config.yaml'), 'utf8');
const hasConfig = ({ dir }: Project): boolean => existsSync(join(dir, 'parallel.config.yaml'));

test('without a terminal the config goes to stdout, and nothing is written', async () => {
  const made = files();
  const shown = expectCode(await made.ptask('init'), 0);
  assert.match(shown.stdout, /^# yaml-language-server: .*\n# Proposed by `ptask init` from package\.json\./);
  assert.match(shown.stdout, /\ntasks:\n {2}lint:\n {4}run: npm run lint\n/);
  assert.is(
    shown.stderr,
    '\nNotes\n  • left out (never ends; to have it as a task, say `service: true`): dev\n\nnothing is written without a terminal: ptask init --yes writes parallel.config.yaml\n',
  );
  assert.not.ok(hasConfig(made));
  expectCode(await made.ptask('init', '--yes'), 0);
  assert.is(configOf(made), shown.stdout);
});

test('--yes writes, checks, plans, and says what comes next', async () => {
  const made = files();
  const { stdout } = expectCode(await made.ptask('init', '-y'), 0);
  assert.match(
    stdout,
    /^✔ wrote parallel\.config\.yaml: 2 tasks\n✔ parallel\.config\.yaml is valid: 2 tasks\n\nStrategy A, parallel/,
  );
  assert.match(
    stdout,
    /\n\nNext\n {2}npx ptask {17}run all tasks\n {2}npx ptask check --strict {2}find what .*\n {2}parallel\.config\.yaml {6}1 task has a comment for you to decide\n$/,
  );
});

test('a config that is there stays, wherever it lies in the folder', async () => {
  for (const name of ['parallel.config.yaml', 'parallel.config.json', '.config/parallel.config.yml']) {
    const made = files({ [name]: 'mine' });
    for (const command of [
      ['init', '--yes'],
      ['migrate', 'turbo', '--yes'],
    ]) {
      const refused = expectCode(await made.ptask(...command), 2);
      assert.is(
        refused.stderr,
        `error there is a config already: ${name}\n  → remove it first, or name another file with \`--config\`\n`,
      );
      assert.is(readFileSync(join(made.dir, name), 'utf8'), 'mine');
    }
  }
});

test('another file by --config, which must be YAML and must not be there', async () => {
  const made = files();
  expectCode(await made.ptask('init', '--yes', '--config', 'other.yaml'), 0);
  expectOutput(
    expectCode(await made.ptask('init', '--yes', '--config', 'other.yaml'), 2),
    /there is a config already: other\.yaml/,
  );
  expectOutput(
    expectCode(await made.ptask('init', '--yes', '--config', 'x.json'), 2),
    /a proposed config is YAML/,
  );
  assert.not.ok(existsSync(join(made.dir, 'x.json')));
});

test('where nothing is run, and where a folder is not there', async () => {
  expectOutput(expectCode(await project({}).ptask('init'), 2), /nothing in \S+ says what is run here/);
  expectOutput(expectCode(await project({}).ptask('init', '--cwd', 'none'), 2), /there is no folder none/);
  const aside = project({ files: { 'package.json': JSON.stringify({ scripts: { dev: 'vite' } }) } });
  const refused = expectCode(await aside.ptask('init', '--yes'), 2);
  expectOutput(
    refused,
    /nothing in package\.json is a task for a run of all\n {2}- left out \(never ends; to have it as a task, say `service: true`\): dev/,
  );
});

test('a file with a mistake is told with its place, and nothing is written', async () => {
  const broken = { 'package.json': '{\n  "scripts": { "lint": eslint }\n}\n' };
  const made = project({ files: broken });
  const refused = expectCode(await made.ptask('init', '--yes'), 2);
  expectOutput(refused, /^error package\.json:2:24 this is not valid JSON\n/);
  assert.not.ok(hasConfig(made));
  const yaml = project({ files: { 'Taskfile.yml': 'tasks:\n  a: [\n' } });
  expectOutput(expectCode(await yaml.ptask('init'), 2), /^error Taskfile\.yml:3:1 this is not valid YAML\n/);
});

test('migrate names a tool that is used here', async () => {
  const made = files({ Makefile: 'test:\n\tpytest\n' });
  const { stdout } = expectCode(await made.ptask('migrate', 'make'), 0);
  assert.match(stdout, /Proposed by `ptask migrate make` from Makefile/);
  const refused = expectCode(await made.ptask('migrate', 'turbo'), 2);
  expectOutput(refused, /nothing in \S+ is told to turbo\n {2}→ what is here: ptask migrate make\n/);
  expectOutput(expectCode(await made.ptask('migrate', 'gulp'), 2), /expected one of turbo, nx, wireit/);
  expectOutput(expectCode(await made.ptask('migrate'), 2), /the argument `<tool>` is missing/);
});

test('in a terminal it is shown, and written when somebody says yes', async () => {
  const made = files();
  const screen = ptaskTerminal(['init'], { cwd: made.dir, rows: 60 });
  await screen.waitFor(/\? Write parallel\.config\.yaml\? \[Y\/n\]/);
  screen.type('what');
  screen.press('enter');
  await screen.waitFor(/\[Y\/n\] what\n\? Write/);
  assert.not.ok(hasConfig(made));
  screen.press('enter');
  await screen.waitFor(/Next/);
  assert.is((await screen.exited).code, 0);
  assert.match(configOf(made), /^tasks:$/m);
});

test('nothing is written when somebody says no, or goes away', async () => {
  for (const answer of ['no', 'ctrl-d', 'ctrl-c'] as const) {
    const made = files();
    const screen = ptaskTerminal(['init'], { cwd: made.dir, rows: 60 });
    await screen.waitFor(/\[Y\/n\]/);
    if (answer === 'no') screen.type('n\r');
    else screen.press(answer);
    const ended = await screen.exited;
    if (answer === 'ctrl-c') assert.is(ended.signal, constants.signals.SIGINT);
    else assert.is(ended.code, 0);
    assert.not.ok(hasConfig(made));
  }
});
