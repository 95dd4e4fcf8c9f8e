// What a config, a repository or a task would do to the terminal of whoever looks at it or runs it.
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what it is about

import { expectCode, gitProject } from '../support/cli.ts';
import { type PseudoTerminal, ptaskTerminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/hostile-terminal');

const CODES =
  '\x1b]52;c;eA==\x07\x1b]0;title\x07\x1b[2J\x1b[?1049h\x1b[?25l\x1b[8m\x9b5A\u202egnp\u2066\x1b[?1000h';
const yaml = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u202a-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
/** In a pattern each stands for itself. */
const PATTERN = CODES.replace(/[[\](){}?*!]/g, '\\$&');
const CONFIG = `tasks:
  one: { description: ${yaml(`one ${CODES}`)}, run: "cat codes; exit 1", writes: [${yaml(`a${PATTERN}*`)}] }
  two: { run: ${yaml(`: '${CODES}'`)}, writes: [${yaml(`a${PATTERN}?`)}], conflicts: serialize }
  three: { run: ${yaml(`printf 'issue: ${CODES}' >> "$PTASK_LOG"`)} }
validate: [{ name: ${yaml(`step ${CODES}`)}, run: "cat codes; false" }]
`;

/** Titles, clipboards, other screens, modes but those of the tree, hidden text, C1 and turned text. */
const ACTS =
  /\x1b\](?!8;)|\x1bP|\x1b\[(?:2J|8m|H|\?(?:1049|1000|1006|2004|47)[hl])|\x1b\[\?25l(?!\x1b\[\?25h)|\x1b[78c(M]|[\x0e\x80-\x9f\u202a-\u202e\u2066-\u2069]/;

async function raw(terminal: PseudoTerminal): Promise<string> {
  await terminal.exited;
  return terminal.raw();
}

test('no command lets any of it through, nor any way to show a run', { timeout: 240_000 }, async () => {
  const made = await gitProject({
    config: CONFIG,
    files: { codes: `${CODES.replace('\x1b[8m', '')}\x1b[31mred\n`, '.gitignore': '.ptask/\n' },
  });
  expectCode(await made.ptask('check'), 0);
  const looks = [
    ...[
      'run',
      'run -v',
      'run --reporter lines',
      'run -q',
      'run --dry-run',
      'plan -v',
      'plan',
      'list',
      'check',
    ],
    ...[
      'explain one two',
      'graph',
      'graph --format dot',
      'log',
      'log one',
      'log --md',
      'log --md one',
      'report',
    ],
    ...['report --format md', 'clean', 'undo', 'list --json', 'plan --json', 'run --json', 'report --json'],
    ...['graph --format json', 'explain one two --json'],
  ];
  for (const look of looks) {
    const said = await raw(ptaskTerminal(look.split(' '), { cwd: made.dir, cols: 200 }));
    assert.is(ACTS.exec(said)?.[0], undefined, look);
    const piped = await made.ptask(...look.split(' '));
    const isDocument = look === 'log one';
    if (!isDocument) assert.not.match(piped.all, ACTS, `${look}, piped`);
    if (look.includes('json')) JSON.parse(piped.stdout);
  }
});

test('nor what is said of a config with a mistake, or of a word', { timeout: 120_000 }, async () => {
  const made = await gitProject({ config: `${CONFIG}${yaml(`no field ${CODES}`)}: 1\n` });
  for (const args of [
    ['run'],
    ['check'],
    ['run', `no task ${CODES}`],
    [`--no-${CODES}`],
    ['--cwd', CODES],
    ['--config', CODES],
  ])
    assert.not.match(await raw(ptaskTerminal(args, { cwd: made.dir, cols: 200 })), ACTS, args.join(' '));
});

test('what a task has switched on is off at the end, and after Ctrl-C', { timeout: 120_000 }, async () => {
  const made = await gitProject({
    config: `tasks:\n  one: { run: "cat codes" }\n  two: { run: "echo begun; sleep 60", needs: [one] }\n`,
    files: { codes: `\x1b[?1049h\x1b[?25l\x1b[1;5r\x1b[?2004h\x1b[?1000h\x1b(0\x1b[31mred\x1b[?7l` },
  });
  const screen = ptaskTerminal(['run', '-v'], { cwd: made.dir });
  await screen.waitFor(/two started/);
  screen.press('ctrl-c');
  const said = await raw(screen);
  assert.not.match(said, ACTS);
  assert.ok(said.includes('\x1b[31mred'), 'there are colours');
  assert.ok(said.lastIndexOf('\x1b[0m') > said.lastIndexOf('\x1b[31m'), 'and they have ended');
  assert.ok(screen.cursorVisible());
});
