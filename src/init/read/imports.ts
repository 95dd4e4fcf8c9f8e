// What sources import by relative paths, followed from file to file: what a compiler reads beside what it was told to.

import { below, folderOf, inFolder, type Repository } from './repository.ts';
import { wordList } from './values.ts';

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
/** Files that are looked into; of a larger repository the rest is taken to import nothing unusual. */
const MOST_FILES = 3_000;

const IMPORT =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\bnew\s+URL\(\s*)(["'])(\.{1,2}(?:\/[^"'\n]*)?)\1/g;

const ENDINGS = ['', ...wordList('.ts .tsx .mts .cts .d.ts .js .jsx .mjs .cjs .json .vue .svelte')];

/** The files that are reached from some, themselves not counted, sorted. */
export function importedFrom(repository: Repository, files: Iterable<string>): string[] {
  const start = new Set(files);
  const seen = new Set(start);
  let count = 0;
  for (const file of seen) {
    if (!SOURCE.test(file) || count++ >= MOST_FILES) continue;
    const code = repository.text(file) ?? '';
    for (const [, , target = ''] of code.matchAll(IMPORT)) {
      const found = resolved(repository, folderOf(file), target);
      if (found !== undefined) seen.add(found);
    }
  }
  return [...seen].filter((file) => !start.has(file)).sort();
}

function resolved(repository: Repository, folder: string, target: string): string | undefined {
  const path = inFolder(folder, target.replace(/[?#].*$/, ''));
  if (path === undefined || path.split('/').includes('node_modules')) return undefined;
  // What is written as `./a.js` may be `./a.ts`.
  const stem = path.replace(/\.([cm]?)jsx?$/, '');
  const names = [
    ...ENDINGS.map((end) => `${path}${end}`),
    ...(stem === path ? [] : ENDINGS.map((end) => `${stem}${end}`)),
  ];
  const index = ENDINGS.slice(1).map((end) => below(path, `index${end}`));
  return [...names, ...index].find((name) => repository.has(name) && !repository.isFolder(name));
}
