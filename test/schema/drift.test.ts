/** Types, validator and reference are made from the schemas: `generate.mjs --check` on a copy of what it looks at. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir } from '../support/tmp.ts';

const test = suite('schema/drift');

const PARTS = [
  'schema',
  'scripts',
  'src/model',
  'docs/config.md',
  'biome.json',
  'package.json',
  '.gitignore',
];

function copy(): string {
  const dir = tempDir('drift-');
  for (const part of PARTS) cpSync(join(repositoryRoot, part), join(dir, part), { recursive: true });
  symlinkSync(join(repositoryRoot, 'node_modules'), join(dir, 'node_modules'));
  return dir;
}

function edit(dir: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(dir, file), 'utf8');
  assert.ok(text.includes(from), `${file} has no ${from}`);
  writeFileSync(join(dir, file), text.replace(from, to));
}

async function generate(dir: string, ...args: string[]): Promise<{ code: number | undefined; said: string }> {
  const { exitCode, all } = await execa(process.execPath, ['scripts/generate.mjs', ...args], {
    cwd: dir,
    env: hermeticEnv(),
    extendEnv: false,
    reject: false,
    all: true,
  });
  return { code: exitCode, said: all };
}

const SLOW = { timeout: 60_000 };
const CONFIG_SCHEMA = 'schema/parallel.config.schema.json';

test('what is committed is what the schemas say, and a check writes nothing', SLOW, async () => {
  const dir = copy();
  const { code, said } = await generate(dir, '--check');
  assert.is(code, 0, said);
  assert.not.ok(exists(dir, 'src/generated'));
});

test('a field that only the schema has is drift', SLOW, async () => {
  const dir = copy();
  edit(
    dir,
    CONFIG_SCHEMA,
    '"barrier": {',
    '"fence": { "title": "x", "description": "X.", "type": "boolean", "default": false, "examples": [true] },\n    "barrier": {',
  );
  const { code, said } = await generate(dir, '--check');
  assert.is(code, 1, said);
  assert.match(said, 'Not what the schemas say: ');
  assert.match(said, 'src/model/written-config.ts');
  assert.match(said, 'docs/config.md');
  assert.not.ok(readFileSync(join(dir, 'src/model/written-config.ts'), 'utf8').includes('fence'));

  assert.is((await generate(dir)).code, 0);
  assert.ok(readFileSync(join(dir, 'src/model/written-config.ts'), 'utf8').includes('fence?: boolean'));
  assert.ok(exists(dir, 'src/generated/validate-config.cjs'));
  assert.is((await generate(dir, '--check')).code, 0, 'and after generating there is none');
});

test('types and reference changed by hand are drift', SLOW, async () => {
  const dir = copy();
  edit(dir, 'src/model/report.ts', 'export interface', '// by hand\nexport interface');
  edit(dir, 'docs/config.md', '# Every field', '# Each field');
  const { code, said } = await generate(dir, '--check');
  assert.is(code, 1, said);
  assert.match(said, 'src/model/report.ts');
  assert.match(said, 'docs/config.md');
  assert.not.match(said, 'src/model/written-config.ts');
});

test('a schema that is not strict is refused', SLOW, async () => {
  const dir = copy();
  edit(dir, CONFIG_SCHEMA, '"minProperties": 1', '"minPropertees": 1');
  const { code, said } = await generate(dir, '--check');
  assert.is(code, 1);
  assert.match(said, /strict mode: unknown keyword: "minPropertees"/);
});
