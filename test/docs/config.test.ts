// docs/config.md is the reference made from the schema; `PTASK_UPDATE_DOCS=1` writes it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// @ts-expect-error: a script, in JavaScript
import { configReference } from '../../scripts/config-reference.mjs';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('docs/config.md');
const file = join(repositoryRoot, 'docs/config.md');

test('the reference is what the schema says', () => {
  const schema = JSON.parse(readFileSync(join(repositoryRoot, 'schema/parallel.config.schema.json'), 'utf8'));
  const made: string = configReference(schema);
  if (process.env.PTASK_UPDATE_DOCS) writeFileSync(file, made);
  assert.fixture(readFileSync(file, 'utf8'), made);
});
