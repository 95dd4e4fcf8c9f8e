// What a task's output says of files that it did not see.
import { join } from 'node:path';
import { type Asked, missedFiles, missingReads } from '../../src/run/workspace/missed-files.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('run/missed-files');

const GIVEN = ['src/app.ts', 'src', 'pkg/main.js', 'pkg'];

function asked(more: Partial<Asked> = {}): Asked {
  const root = join(tempDir(), 'repo');
  write(root, {
    'src/app.ts': '',
    'src/lib/util.ts': '',
    'src/lib/index.ts': '',
    'pkg/main.js': '',
    'pkg/data.json': '',
    'tsconfig.base.json': '',
    'a b.txt': '',
    'test/x': '',
    '[id].ts': '',
    'node_modules/dep/index.js': '',
    LICENSE: '',
  });
  return { root, workdir: '/scratch', cwd: '.', isGiven: (path) => GIVEN.includes(path), ...more };
}

const told = (output: string, more: Partial<Asked> = {}): string =>
  missedFiles(output, asked(more)).join(' | ');

test('as programs say it', () => {
  for (const [output, expected] of Object.entries({
    "error TS5083: Cannot read file '/scratch/tsconfig.base.json'.": 'tsconfig.base.json',
    "src/app.ts(1,19): error TS2307: Cannot find module './lib/util.js' or its types": 'src/lib/util.ts',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/scratch/src/lib/util' imported from /scratch/src/app.ts":
      'src/lib/util.ts',
    "Error: ENOENT: no such file or directory, open 'tsconfig.base.json'": 'tsconfig.base.json',
    'cat: LICENSE: No such file or directory': 'LICENSE',
    "ENOENT: no such file or directory, open './a b.txt'": 'a b.txt',
    "Cannot find '[id].ts'": '\\[id\\].ts',
    'see tsconfig.base.json:3:14 for more.': 'tsconfig.base.json',
    "ENOENT: no such file or directory, scandir 'test'": 'test/**',
  }))
    assert.is(told(output), expected, output);
});

test('what is no file that it lacks', () => {
  for (const output of [
    'sh: 1: test: not found',
    "Cannot find package 'test' imported from /scratch/src/app.ts",
    'src/app.ts: fine',
    'LICENSE is fine',
    "Cannot find module '/scratch/node_modules/dep/index.js'",
    'ENOENT: open /etc/hosts',
    'ENOENT: open ../outside',
    'ENOENT: open nowhere.txt',
    '',
    '\0\0 ENOENT \0',
    `ENOENT ${'x/'.repeat(5_000)}`,
  ])
    assert.is(told(output), '', output.slice(0, 80));
});

test('a path is told from where the task works, and complaints come first', () => {
  assert.is(told('ENOENT: open data.json', { cwd: 'pkg' }), 'pkg/data.json');
  assert.is(
    told('reading LICENSE.. tsconfig.base.json\nENOENT: open pkg/data.json'),
    'pkg/data.json | tsconfig.base.json',
  );
});

test('the sentence', () => {
  assert.is(missingReads([]), undefined);
  const many = missingReads(['a', 'b', 'c', 'd', 'e']);
  assert.is(
    many,
    'it saw only its declared reads; a, b, c and 2 more exist and are not among them: add them to its `reads`',
  );
});
