// docs/commands.md against the help of the command line: every command and every flag, and none that is not there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, ptask } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('docs/commands.md and the help');
const text = readFileSync(join(repositoryRoot, 'docs/commands.md'), 'utf8');

/** The sections of the document by their heading. */
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

/** The flags that the rows of a section's table begin with, each with its value: `--format <format>`. */
function documented(heading: string): string[] {
  const rows = (sections.get(heading) ?? '').match(/^\| `-.*$/gm) ?? [];
  return rows
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, flag = '']) => flag))
    .sort();
}

/** The flags of a part of a help text, the same way; the short and the long one are two. */
function offered(help: string, part: 'Options' | 'Global Options'): string[] {
  const [, after = ''] = help.split(`\n${part}:\n`);
  const [lines = ''] = after.split('\n\n');
  return [...lines.matchAll(/^ {2}(-.*?)(?: {2,}|$)/gm)]
    .flatMap(([, flags = '']) => flags.split(', '))
    .sort();
}

const help = async (...args: string[]): Promise<string> =>
  expectCode(await ptask(['help', ...args]), 0).stdout;

async function commands(): Promise<string[]> {
  const [, list = ''] = /\nCommands:\n(.*?)\n\n/s.exec(await help()) ?? [];
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name);
}

test('there is a section for each command, and for nothing else', async () => {
  const names = await commands();
  assert.ok(names.includes('run') && names.includes('plan'), names.join());
  assert.equal(
    [...sections.keys()].filter((heading) => heading.startsWith('ptask ')),
    names.map((name) => `ptask ${name}`),
  );
});

test('the flags of every command are the ones of its help', async () => {
  for (const name of (await commands()).filter((each) => each !== 'help')) {
    const flags = offered(await help(name), 'Options').filter((flag) => flag !== '-h' && flag !== '--help');
    assert.equal(documented(`ptask ${name}`), flags, name);
  }
});

test('the flags for all commands are the ones of the help', async () => {
  const flags = offered(await help('run'), 'Global Options');
  assert.ok(flags.includes('--config <file>'), flags.join());
  assert.equal(documented('Everywhere'), [...flags, '-h', '--help'].sort());
});

test('the choices of a flag are all named', async () => {
  const section = sections.get('ptask run') ?? '';
  const choices = [...(await help('run')).replace(/\s+/g, ' ').matchAll(/\(choices: ([^)]*)\)/g)];
  const words = choices.flatMap(([, list = '']) =>
    [...list.matchAll(/"(\w+)"/g)].map(([, word = '']) => word),
  );
  assert.ok(words.includes('silent') && words.includes('phased'), words.join());
  for (const word of words.filter((each) => each !== 'default'))
    assert.ok(section.includes(`\`${word}\``), word);
});
