import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { testDocument } from './document.ts';

testDocument('examples/README.md');
for (const { name } of readdirSync(join(repositoryRoot, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .sort((a, b) => (a.name < b.name ? -1 : 1)))
  testDocument(`examples/${name}/README.md`);
