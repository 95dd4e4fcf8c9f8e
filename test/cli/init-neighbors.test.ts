// What `ptask init` does for the tools beside it: its config in their style, its folder where they look for what to leave alone.

import { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, gitProject, type Project, project } from '../support/cli.ts';
import { ptaskTerminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/init-neighbors');

const MANIFEST = {
  'package.json': JSON.stringify({ name: 'p', scripts: { lint: 'eslint .', test: 'vitest run' } }),
};
const made = (files: Record<string, string> = {}): Promise<Project> =>
  gitProject({ files: { ...MANIFEST, ...files } });

const read = ({ dir }: Project, name: string): string => readFileSync(join(dir, name), 'utf8');

test('its folder is added to .gitignore, after what is there', async () => {
  const cases: [before: string | undefined, after: string][] = [
    [undefined, '.ptask/\n'],
    ['', '.ptask/\n'],
    ['node_modules\n', 'node_modules\n.ptask/\n'],
    ['node_modules', 'node_modules\n.ptask/\n'],
    ['dist\r\n', 'dist\r\n.ptask/\r\n'],
    ['.ptask\n', '.ptask\n'],
    ['/.ptask/**\n', '/.ptask/**\n'],
  ];
  for (const [before, after] of cases) {
    const one = await made(before === undefined ? {} : { '.gitignore': before });
    const { stdout } = expectCode(await one.ptask('init', '--yes'), 0);
    assert.is(read(one, '.gitignore'), after);
    const says = stdout.includes('✔ added .ptask/ to .gitignore, for tools that look there\n');
    assert.is(says, before !== after, JSON.stringify(before));
  }
});

test('.gitignore stays as it is where it is a link, and is not made where there is no repository', async () => {
  const linked = await made({ 'shared-ignore': 'dist\n' });
  symlinkSync('shared-ignore', join(linked.dir, '.gitignore'));
  expectCode(await linked.ptask('init', '--yes'), 0);
  assert.is(read(linked, 'shared-ignore'), 'dist\n');
  const bare = project({ files: MANIFEST });
  expectCode(await bare.ptask('init', '--yes'), 0);
  assert.not.ok(existsSync(join(bare.dir, '.gitignore')));
});

test('both are asked for at once, and neither is written without a yes', async () => {
  const one = await made({ '.gitignore': 'dist\n' });
  const screen = ptaskTerminal(['init'], { cwd: one.dir, rows: 60 });
  await screen.waitFor(/\? Write parallel\.config\.yaml, and add \.ptask\/ to \.gitignore\? \[Y\/n\]/);
  screen.type('n\r');
  await screen.exited;
  assert.is(read(one, '.gitignore'), 'dist\n');
  assert.not.ok(existsSync(join(one.dir, 'parallel.config.yaml')));
});

/** Stands for prettier: double quotes, and what it was called with. */
const formatter = (body: string): Record<string, string> => ({
  'node_modules/.bin/prettier': `#!/usr/bin/env node\n${body}`,
});
const DOUBLE = `
  const { readFileSync, writeFileSync } = require('node:fs');
  writeFileSync('called', JSON.stringify([process.cwd(), ...process.argv.slice(2)]));
  process.stdout.write(readFileSync(0, 'utf8').replaceAll("'", '"'));
`;

async function withFormatter(body: string): Promise<Project> {
  const one = await made(formatter(body));
  chmodSync(join(one.dir, 'node_modules/.bin/prettier'), 0o755);
  return one;
}

test("the config is written as the repository's own prettier writes it", async () => {
  const one = await withFormatter(DOUBLE);
  const shown = expectCode(await one.ptask('init'), 0);
  expectCode(await one.ptask('init', '--yes'), 0);
  const config = read(one, 'parallel.config.yaml');
  assert.match(config, `["**", "!node_modules/**"`);
  assert.is(config, shown.stdout);
  assert.equal(JSON.parse(read(one, 'called')), [
    one.dir,
    '--stdin-filepath',
    join(one.dir, 'parallel.config.yaml'),
  ]);
});

test('a formatter that fails or says nothing changes nothing', async () => {
  const plain = await made();
  expectCode(await plain.ptask('init', '--yes'), 0);
  for (const body of ['process.exit(2)', 'console.error("broken"); process.exit(1)', '']) {
    const one = await withFormatter(body);
    expectCode(await one.ptask('init', '--yes'), 0);
    assert.is(read(one, 'parallel.config.yaml'), read(plain, 'parallel.config.yaml'));
  }
});
