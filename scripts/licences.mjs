// The licences of what has been bundled, which ask to go along with it. Made from the bundle itself, so that none is missing:
// a package without a text of its own ends the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const APACHE = fileURLToPath(new URL('../src/remote/protos/LICENSE', import.meta.url));

/** However a package names it: LICENSE, license.md, LICENSE-MIT.txt, COPYING, and what says who it is of. */
const TEXT = /^(?:un)?(?:licen[cs]es?|copying|copyright|notice)(?:[.-].*)?$/i;

/** The codecs are made from texts of others. */
const CODECS = {
  folder: dirname(APACHE),
  name: 'Remote Execution API',
  version: 'v2',
  license: 'Apache-2.0',
};

/** The package that a module lies in: the innermost, which has a name and a version; undefined for one of our own. */
function packageOf(id) {
  // What a plugin of the bundler makes of a module has a prefix and a query.
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
  if (/[\\/]src[\\/]generated[\\/]remote[\\/]/.test(path)) return CODECS;
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

/** Of those that come without: their own words for what they are under, and its text as it lies here. */
const WITHOUT_TEXT = {
  // Its files name the Apache License at their top, but for one, which has all of its license there.
  '@bufbuild/protobuf': (folder) => [
    readFileSync(APACHE, 'utf8'),
    topOf(join(folder, 'dist/esm/wire/varint.js')),
  ],
};

function topOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const comment = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('//')),
  );
  return comment.map((line) => line.replace(/^\/\/ ?/, '')).join('\n');
}

function textOf({ folder, name, version }) {
  const own = WITHOUT_TEXT[name];
  if (own !== undefined)
    return own(folder)
      .map((text) => text.trim())
      .join('\n\n');
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
