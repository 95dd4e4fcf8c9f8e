// Which documents of the repository are pages of the site, where each is, and how they are listed. Knows nothing of VitePress.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const OWN_NAMES = {
  'README.md': 'index.md',
  'docs/README.md': 'pages.md',
  'ARCHITECTURE.md': 'architecture.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
  'bench/README.md': 'bench.md',
};

/** Files that documents link to and that are no pages: they are copied. */
export const ASSETS = { LICENSE: 'license.txt', schema: 'schema' };

const markdownIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && existsSync(join(root, path)));

/** The documents that are pages, by their path in the repository. A new one in `docs` is one without more ado. */
export const documents = () =>
  [
    ...Object.keys(OWN_NAMES),
    ...markdownIn('docs').filter((path) => path !== 'docs/README.md'),
    ...markdownIn('examples').filter((path) => path.endsWith('/README.md') && path.split('/').length <= 3),
  ].sort();

/** The page that a document becomes: `docs/cache.md` → `cache.md`, `examples/cache/README.md` → `examples/cache/index.md`. */
export const pageOf = (document) =>
  OWN_NAMES[document] ?? document.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');

/** Where a page is: `/cache.html`, `/examples/cache/`. */
export const addressOf = (document) =>
  `/${pageOf(document)}`.replace(/\.md$/, '.html').replace(/(^|\/)index\.html$/, '$1');

/** As GitHub makes the anchor of a heading, since that is how documents link to it. */
export const slugify = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Where a link of a document leads on the site; undefined where there is nothing. */
export function linkTo(document, target) {
  const [path, anchor] = target.split('#');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (path === '') return hash;
  const file = posix.join(posix.dirname(document), path).replace(/\/$/, '');
  const known = new Set(documents());
  for (const each of [file, `${file}/README.md`]) if (known.has(each)) return addressOf(each) + hash;
  if (filesBeside(document).some(({ name }) => name === path)) return `#${slugify(path)}`;
  for (const [from, to] of Object.entries(ASSETS)) {
    if ((file === from || file.startsWith(`${from}/`)) && existsSync(join(root, file)))
      return `/${to}${file.slice(from.length)}`;
  }
  return undefined;
}

const read = (document) => readFileSync(join(root, document), 'utf8');

const titleOf = (document) => /^# (.+)$/m.exec(read(document))?.[1].replaceAll('`', '') ?? document;

const inFolder = (folder) =>
  documents()
    .filter((each) => each.startsWith(`${folder}/`) && each !== `${folder}/README.md`)
    .map((each) => ({ text: titleOf(each), link: addressOf(each) }));

/** Of a list's entry that stands for a folder: what is in it, folded. */
const folded = (document) => {
  const folder = relative('.', dirname(document)).replaceAll('\\', '/');
  const isFolder = /^(?:docs\/decisions|examples)$/.test(folder);
  return isFolder ? { collapsed: true, items: inFolder(folder) } : {};
};

/** The lists of docs/README.md, as groups of links; pages of `docs` that are in none of them come last. */
export function sidebar() {
  const groups = [];
  const seen = new Set(['docs/README.md', 'README.md']);
  for (const line of read('docs/README.md').split('\n')) {
    const [, heading] = /^## (.+)$/.exec(line) ?? [];
    if (heading !== undefined) groups.push({ text: heading, items: [] });
    const [, text, target] = /^- \[([^\]]+)\]\(([^)]+)\)/.exec(line) ?? [];
    if (text === undefined) continue;
    const document = posix.join('docs', target);
    seen.add(document);
    groups.at(-1).items.push({ text, link: linkTo('docs/README.md', target), ...folded(document) });
  }
  const forgotten = documents().filter(
    (each) => each.startsWith('docs/') && !each.startsWith('docs/decisions/') && !seen.has(each),
  );
  const items = forgotten.map((each) => ({ text: titleOf(each), link: addressOf(each) }));
  return items.length === 0 ? groups : [...groups, { text: 'More', items }];
}

/** The configs of an example, and the files that it links to: its page shows them below the text. */
export function filesBeside(document) {
  if (!/^examples\/[^/]+\/README\.md$/.test(document)) return [];
  const folder = dirname(document);
  const linked = [...read(document).matchAll(/\]\(([\w.-]+)\)/g)].map(([, path]) => path);
  const configs = readdirSync(join(root, folder)).filter((name) => name.endsWith('config.yaml'));
  return [...new Set([...configs.sort().reverse(), ...linked])]
    .filter((name) => statSync(join(root, folder, name)).isFile())
    .map((name) => ({ name, text: read(`${folder}/${name}`) }));
}
