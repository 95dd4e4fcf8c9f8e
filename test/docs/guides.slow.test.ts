import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { testDocument } from './document.ts';

for (const name of readdirSync(join(repositoryRoot, 'docs/guides')).sort())
  testDocument(`docs/guides/${name}`);
