/** Types and validator are made from the schemas: `generate.mjs` on a copy of what it looks at. */
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir } from '../support/tmp.ts';

const test = suite('scripts/generate');

/** The page takes from `src` what it shares with the command. */
const PARTS = ['schema', 'scripts', 'src', 'package.json', 'tsconfig.json'];

function copy(): string {
  const dir = tempDir('generate-');
  for (const part of PARTS) cpSync(join(repositoryRoot, part), join(dir, part), { recursive: true });
  for (const made of ['src/generated', 'src/model']) rmSync(join(dir, made), { recursive: true });
  symlinkSync(join(repositoryRoot, 'node_modules'), join(dir, 'node_modules'));
  return dir;
}

const read = (dir: string, file: string): string => readFileSync(join(dir, file), 'utf8');

function edit(dir: string, file: string, from: string, to: string): void {
  const text = read(dir, file);
  assert.ok(text.includes(from), `${file} has no ${from}`);
  writeFileSync(join(dir, file), text.replace(from, to));
}

async function generate(dir: string): Promise<{ code: number | undefined; said: string }> {
  const { exitCode, all } = await execa(process.execPath, ['scripts/generate.mjs'], {
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

test(
  'a field of the schema is one of the types and of the validator, and nothing else changes',
  SLOW,
  async () => {
    const dir = copy();
    edit(
      dir,
      CONFIG_SCHEMA,
      '"barrier": {',
      '"fence": { "title": "x", "description": "X.", "type": "boolean", "default": false, "examples": [true] },\n    "barrier": {',
    );
    const { code, said } = await generate(dir);
    assert.is(code, 0, said);
    assert.ok(read(dir, 'src/model/written-config.ts').includes('fence?: boolean'));
    assert.ok(read(dir, 'src/generated/validate-config.cjs').includes('fence'));
    for (const file of [
      'src/model/event.ts',
      'src/generated/report-page.ts',
      'src/generated/remote/google_protobuf.ts',
    ])
      assert.is(read(dir, file), read(repositoryRoot, file), file);
  },
);

test('a schema that is not strict is refused', SLOW, async () => {
  const dir = copy();
  edit(dir, CONFIG_SCHEMA, '"minProperties": 1', '"minPropertees": 1');
  const { code, said } = await generate(dir);
  assert.is(code, 1);
  assert.match(said, /strict mode: unknown keyword: "minPropertees"/);
  assert.not.ok(exists(dir, 'src/generated'));
});
