// Every link of every document leads somewhere, and no document speaks of a machine.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { blocksOf } from './blocks.ts';

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

/** A document without its blocks and code spans, where brackets mean something else. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '``');

/** As GitHub makes the anchor of a heading. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('relative links lead to files, and to headings', () => {
  let links = 0;
  for (const document of documents) {
    for (const [, target = ''] of prose(read(document)).matchAll(/\]\(([^)\s]+)\)/g)) {
      links += 1;
      assert.not.match(target, /^https?:/, `${document} links to ${target}`);
      const [path = '', anchor] = target.split('#');
      const file =
        path === '' ? document : relative(repositoryRoot, resolve(repositoryRoot, dirname(document), path));
      assert.ok(existsSync(join(repositoryRoot, file)), `${document} links to ${target}`);
      if (anchor !== undefined)
        assert.ok(anchorsOf(read(file)).includes(anchor), `${document} links to ${target}`);
    }
  }
  assert.ok(links > 30, `only ${links} links were seen`);
});

test('every page of docs is linked from the README, every decision from their index', () => {
  const [readme, index] = [read('README.md'), read('docs/decisions/README.md')];
  for (const page of inFolder('docs', '.md')) {
    const name = relative('docs/decisions', page);
    const isListed =
      name.startsWith('..') || name === 'README.md'
        ? readme.includes(`(${page}`)
        : index.includes(`(${name}`);
    assert.ok(isListed, page);
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
    blocksOf(read(document)).flatMap(({ directives: { notRun } }) => (notRun === undefined ? [] : [notRun])),
  );
  assert.ok(skipped.every((reason) => reason.length > 10));
  assert.ok(skipped.length <= 14, `${skipped.length} blocks are not run:\n${skipped.join('\n')}`);
});
