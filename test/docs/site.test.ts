// The pages of the site and its navigation, without building it: each document is one, and each link leads to one.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { blocksOf } from './blocks.ts';
import { linksOf } from './links.ts';

type Item = { text: string; link?: string; items?: Item[] };
type Pages = {
  documents(): string[];
  addressOf(document: string): string;
  linkTo(document: string, target: string): string | undefined;
  filesBeside(document: string): { name: string; text: string }[];
  sidebar(): Item[];
};
const pages = join(repositoryRoot, 'site/.vitepress/pages.mjs');
const { addressOf, documents, filesBeside, linkTo, sidebar } = (await import(pages)) as Pages;

const test = suite('the pages of the site');
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const flat = (items: readonly Item[]): Item[] => items.flatMap((item) => [item, ...flat(item.items ?? [])]);

test('no two documents have one address', () => {
  const addresses = documents().map(addressOf);
  assert.ok(addresses.length > 40, `${addresses.length} pages`);
  assert.is(new Set(addresses).size, addresses.length);
  assert.is(addressOf('README.md'), '/');
  assert.is(addressOf('docs/cache.md'), '/cache.html');
  assert.is(addressOf('examples/cache/README.md'), '/examples/cache/');
});

test('the navigation leads to every page of docs and examples, once', () => {
  const links = flat(sidebar()).flatMap(({ link }) => link ?? []);
  assert.is(new Set(links).size, links.length);
  for (const page of documents().filter(
    (each) => /^(?:docs|examples)\//.test(each) && each !== 'docs/README.md',
  ))
    assert.ok(links.includes(addressOf(page)), `${page} is not in the navigation`);
  for (const link of links)
    assert.ok(
      documents().some((each) => addressOf(each) === link),
      link,
    );
});

test('no page is left over for the last group of the navigation', () => {
  const more = sidebar().find(({ text }) => text === 'More');
  assert.is(more, undefined, `add to docs/README.md: ${more?.items?.map(({ text }) => text).join(', ')}`);
});

test('every link of every page leads to a page, or to a file that is copied', () => {
  for (const page of documents())
    for (const { target } of linksOf(read(page)).filter(({ path }) => !path.endsWith('.svg')))
      assert.ok(linkTo(page, target) !== undefined, `${page} links to ${target}`);
});

test('an example shows its configs and the files that it links to', () => {
  assert.equal(
    filesBeside('examples/collisions/README.md').map(({ name }) => name),
    ['versions.config.yaml', 'parallel.config.yaml', 'merge-lock.mjs'],
  );
  assert.equal(filesBeside('docs/cache.md'), []);
});

test('documents have no HTML but comments: the site shows anything else as text', () => {
  for (const page of documents()) {
    const prose = read(page)
      .replace(/^(`{3,})[\s\S]*?^\1$/gm, '')
      .replace(/``?[^`]*``?/g, '');
    assert.not.match(
      prose,
      /<\/?(?:a|b|br|details|div|em|h\d|i|img|kbd|p|picture|span|strong|sub|summary|sup|table)\b[^>]*>/i,
      page,
    );
    assert.ok(
      blocksOf(read(page)).every(({ language }) => language !== ''),
      page,
    );
  }
});

test('the packages of the site are pinned, and none of the root', () => {
  const lock = JSON.parse(read('site/package-lock.json')) as { packages: Record<string, unknown> };
  assert.ok('node_modules/vitepress' in lock.packages);
  assert.not.match(read('package-lock.json'), /vitepress/);
  assert.not.match(read('site/package-lock.json'), /"resolved"/);
  assert.not.ok(existsSync(join(repositoryRoot, 'node_modules/vitepress')));
});
