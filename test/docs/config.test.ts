// docs/config.md is the reference made from the schema; `PTASK_UPDATE_DOCS=1` writes it. Each of its examples is a config.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// @ts-expect-error: a script, in JavaScript
import { configReference, partsOf } from '../../scripts/config-reference.mjs';
import { loadConfig } from '../../src/index.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { blocksOf } from './blocks.ts';

const test = suite('docs/config.md');
const file = join(repositoryRoot, 'docs/config.md');
const schema = JSON.parse(readFileSync(join(repositoryRoot, 'schema/parallel.config.schema.json'), 'utf8'));

test('the reference is what the schema says', () => {
  const made: string = configReference(schema);
  if (process.env.PTASK_UPDATE_DOCS) writeFileSync(file, made);
  assert.fixture(readFileSync(file, 'utf8'), made);
});

test('each example is a whole config without a mistake, and has the field it is for', async () => {
  const fields: { path: string }[] = partsOf(schema).flatMap(({ fields }: { fields: object[] }) => fields);
  const sections = configReference(schema).split(/^### /m).slice(1) as string[];
  assert.is(sections.length, fields.length);
  const dir = tempDir();
  for (const [index, section] of sections.entries()) {
    const { path } = fields[index] as { path: string };
    const [example] = blocksOf(section);
    assert.ok(section.startsWith(`\`${path}\``) && example?.language === 'yaml', path);
    const key = path.split('.').at(-1)?.replace('[]', '') ?? '';
    assert.ok(
      new RegExp(`^[ -]*\\W?${key.replace('$', '\\$')}\\W?:`, 'm').test(example.text),
      `${path}:\n${example.text}`,
    );
    write(dir, { 'parallel.config.yaml': example.text });
    const loaded = await loadConfig({ cwd: dir });
    const wrong = loaded.ok ? [] : loaded.diagnostics.map(({ message }) => message);
    assert.equal(wrong, [], `${path}:\n${example.text}`);
  }
});
