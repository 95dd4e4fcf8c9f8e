// What tasks print for a terminal, wherever it is shown again.
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what it is about

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, project } from '../support/cli.ts';
import { ptaskTerminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/colors');

/** Red, a title, a link, a cleared screen; in what it prints, says and is reviewed with. */
const RED = String.raw`\033[31mred\033[0m \033]0;title\007\033]8;;http://x\033\\link\033]8;;\033\\ \033[2J\033[1Gend\n`;
const CONFIG = `tasks:
  good: { run: ${JSON.stringify(`printf '${RED}'`)} }
  bad: { run: ${JSON.stringify(`printf '${RED}'; exit 3`)} }
  told: { run: ${JSON.stringify(`printf 'issue: ${RED}' >> "$PTASK_LOG"`)}, verify: ${JSON.stringify(`printf '${RED}'; exit 1`)} }
validate: []
`;

const made = (): Project => project(CONFIG);
const CODE = /\x1b|\[31m|\x07/;

test('in a pipe nothing of it is shown', async () => {
  const here = made();
  for (const args of [['--verbose'], ['--quiet'], ['--json'], []]) {
    const { all } = await here.ptask(...args);
    const text = args[0] === '--json' ? all.replace(/^\{[\s\S]*/m, '') : all;
    assert.not.match(text, CODE, args.join());
    if (args[0] === '--verbose') assert.match(all, /red link end/);
  }
  const { stdout } = await here.ptask('report');
  assert.match(stdout, /red link end/);
  assert.not.match(stdout, CODE);
  for (const format of ['md', 'junit', 'html']) {
    const shown = (await here.ptask('report', '--format', format)).stdout;
    assert.match(shown, /red link end/, format);
    // What the config says of it stays as it is.
    assert.not.match(shown, /\x1b|(?<!033)\[31m|\x07|\ufffd|\\u001b/, format);
  }
  for (const log of [['--md', 'told'], ['--md']])
    assert.not.match((await here.ptask('log', ...log)).stdout, /\x1b|\x07/);
});

test('nor where somebody has refused colours, or a CI service has no use for them', async () => {
  const here = made();
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(here.dir, 'summary.md'), NO_COLOR: '1' };
  assert.not.match((await here.ptask({ env })).all, CODE);
  assert.not.match(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'), CODE);
  const { NO_COLOR: _, ...actions } = env;
  assert.match((await here.ptask({ env: actions })).all, /\x1b\[31mred/, 'there are colours there');
  const asked: { flags?: string[]; env?: Record<string, string> }[] = [
    { env: { NO_COLOR: '1' } },
    { flags: ['--no-color'], env: { FORCE_COLOR: '1' } },
    { env: { TERM: 'dumb' } },
  ];
  for (const command of [['report'], ['log', 'bad']])
    for (const { flags = [], env = {} } of asked) {
      const screen = ptaskTerminal([...command, ...flags], { cwd: here.dir, env });
      await screen.exited;
      assert.not.match(screen.raw(), /\x1b\[31m|\x1b\]|\x1b\[2J/, command.join(' '));
      assert.match(screen.raw(), /red link end/);
    }
});

test('on a terminal its colours are kept, and nothing else moves', async () => {
  const here = made();
  await here.ptask('--quiet');
  for (const command of [['report'], ['log', 'bad'], ['--verbose']]) {
    const screen = ptaskTerminal(command, { cwd: here.dir });
    await screen.exited;
    assert.match(screen.raw(), /\x1b\[31mred/, command.join(' '));
    assert.not.match(screen.raw(), /\x1b\]0;|\x1b\[2J/, command.join(' '));
  }
});

test('to a file or a program a log goes byte for byte', async () => {
  const here = made();
  await here.ptask('--quiet');
  const runs = join(here.dir, '.ptask/runs');
  const file = join(runs, readdirSync(runs)[0] ?? '', 'tasks/bad.out');
  assert.is((await here.ptask('log', 'bad')).stdout, readFileSync(file, 'utf8'));
  const plain = (await here.ptask('log', 'bad', '--no-color')).stdout;
  assert.not.match(plain, CODE);
  assert.match(plain, /red link end/);
});
