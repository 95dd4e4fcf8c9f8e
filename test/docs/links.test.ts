// Every link of every document leads somewhere, and no document speaks of a machine.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { blocksOf } from './blocks.ts';
import { anchorsOf, linksOf } from './links.ts';

const test = suite('documents');

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const inFolder = (folder: string, ending: string): string[] =>
  readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/(?:^|[\\/])(?:\.ptask|dist)[\\/]/.test(path))
    .map((path) => join(folder, path))
    .sort();

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...inFolder('docs', '.md'),
  ...inFolder('examples', '.md'),
];

test('relative links lead to files, and to headings', () => {
  let links = 0;
  for (const document of documents) {
    for (const { target, path, anchor } of linksOf(read(document))) {
      links += 1;
      assert.not.match(target, /^https?:/, `${document} links to ${target}`);
      const file =
        path === '' ? document : relative(repositoryRoot, resolve(repositoryRoot, dirname(document), path));
      assert.ok(existsSync(join(repositoryRoot, file)), `${document} links to ${target}`);
      if (anchor !== undefined)
        assert.ok(anchorsOf(read(file)).includes(anchor), `${document} links to ${target}`);
    }
  }
  assert.ok(links > 30, `only ${links} links were seen`);
});

test('every page of docs is linked from the list in docs/README.md or the README, every decision from their index', () => {
  const linked = (from: string): string[] =>
    linksOf(read(from)).map(({ path }) =>
      relative(repositoryRoot, resolve(repositoryRoot, dirname(from), path)),
    );
  const listed = new Set(['README.md', 'docs/README.md', 'docs/decisions/README.md'].flatMap(linked));
  for (const page of inFolder('docs', '.md').filter((each) => each !== 'docs/README.md'))
    assert.ok(listed.has(page), `${page} is in no list: add it to docs/README.md`);
});

test('every page with blocks is run by a test', () => {
  const tests = inFolder('test/docs', '.test.ts').map(read).join('');
  const folders = [...tests.matchAll(/testDocument\(`([\w/]+)\/\$\{/g)].map(([, folder]) => folder);
  for (const page of documents.filter(
    (each) => each.startsWith('docs/') && blocksOf(read(each)).length > 0,
  )) {
    const isRun = tests.includes(`testDocument('${page}'`) || folders.includes(dirname(page));
    assert.ok(isRun || page === 'docs/config.md', `no test runs ${page}`);
  }
});

test('every path that CONTRIBUTING.md names is there', () => {
  const text = read('CONTRIBUTING.md').replace(/^```[\s\S]*?^```$/gm, '');
  const paths = [...text.matchAll(/`((?:src|schema|test|docs|bin|\.ci)\/[^`\s]*)`/g)].map(
    ([, path = '']) => path,
  );
  assert.ok(paths.length > 30);
  for (const path of paths) assert.ok(existsSync(join(repositoryRoot, path)), path);
});

test('no document names a folder of a machine or a registry', () => {
  for (const document of [...documents, 'docs/picture.svg']) {
    assert.not.match(
      read(document),
      /\/(?:home|Users|root|work|tmp)\/|registry\.|\b(?!127\.0\.0\.1\b)\d+\.\d+\.\d+\.\d+\b/,
      document,
    );
  }
});

test('few blocks are not run, and each says why', () => {
  const skipped = documents.flatMap((document) =>
    // A file that is wrong on purpose, or of another tool, is there for the commands below it.
    blocksOf(read(document)).flatMap(({ directives: { notRun, file } }) =>
      notRun === undefined || file !== undefined ? [] : [notRun],
    ),
  );
  assert.ok(skipped.every((reason) => reason.length > 10));
  assert.ok(skipped.length <= 14, `${skipped.length} blocks are not run:\n${skipped.join('\n')}`);
});
