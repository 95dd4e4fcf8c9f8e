// The licences of what has been bundled, which ask to go along with it. Made from the bundle itself, so that none is missing:
// a package without a text of its own ends the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** However a package names it: LICENSE, license.md, LICENSE-MIT.txt, COPYING, and what says who it is of. */
const TEXT = /^(?:un)?(?:licen[cs]es?|copying|copyright|notice)(?:[.-].*)?$/i;

/** The package that a module lies in: the innermost, which has a name and a version; undefined for one of our own. */
function packageOf(id) {
  // What a plugin of the bundler makes of a module has a prefix and a query.
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  if (!/[\\/]node_modules[\\/]/.test(path)) return undefined;
  for (let folder = dirname(path); !/[\\/]node_modules$/.test(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    // Folders within a package may have one, too, which says how they are loaded and no more.
    const { name, version, license } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    if (name !== undefined && version !== undefined) return { folder, name, version, license };
    if (dirname(folder) === folder) break;
  }
  throw new Error(`${id} is bundled, and of no package`);
}

function textOf({ folder, name, version }) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  if (text === '')
    throw new Error(`${name} ${version} is bundled, and has no text of its licence in ${folder}`);
  return text;
}

/** @param {Iterable<string>} modules the ids of all modules of the bundle */
export function licences(modules) {
  const packages = new Map(
    [...modules].flatMap((id) => {
      const found = packageOf(id);
      return found === undefined ? [] : [[found.folder, found]];
    }),
  );
  const texts = [...packages.values()]
    .sort((a, b) => (a.folder < b.folder ? -1 : 1))
    .map((each) => `${each.name} ${each.version} (${each.license})\n\n${textOf(each)}\n`);
  return `ptask contains the following packages.\n\n${[...new Set(texts)].join(`\n${'-'.repeat(80)}\n\n`)}`;
}
