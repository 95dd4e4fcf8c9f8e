import { importedFrom } from '../../../src/init/read/imports.ts';
import { Repository } from '../../../src/init/read/repository.ts';
import { assert, suite } from '../../support/suite.ts';
import { folderWith } from '../support.ts';

const test = suite('init/read/imports');

test('what is imported by relative paths, from file to file', () => {
  const repository = new Repository(
    folderWith({
      'src/a.ts':
        "import b from './b.js';\nimport 'lodash';\nexport * from '../shared';\nimport('./none.js');\n",
      'src/b.ts':
        "import data from '../data.json';\nconst url = new URL('../assets/a.svg?x', import.meta.url);\n",
      'shared/index.ts': "require('./deep/c');\n",
      'shared/deep/c.cjs': "require('../../../outside');\n",
      'data.json': '{}',
      'assets/a.svg': '',
      'src/unused.ts': '',
    }),
  );
  assert.equal(importedFrom(repository, ['src/a.ts']), [
    ...['assets/a.svg', 'data.json', 'shared/deep/c.cjs', 'shared/index.ts', 'src/b.ts'],
  ]);
});
