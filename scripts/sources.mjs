// Of which sources a dist was built: npm asks for a build when it installs, when it first runs `npx`, and before it publishes.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { LIST } from './last-chunks.mjs';

/** In dist: the digest of what it was built from, and the files that were made of it, a line each. */
export const BUILT_FROM = '.built-from';

const FOLDERS = ['schema', 'scripts', 'src'];
const FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.types.json'];

/** Made from the others, by scripts/generate.mjs. */
const MADE = [
  'src/generated/',
  ...['event', 'plan', 'report', 'written-config'].map((name) => `src/model/${name}.ts`),
];

/** @returns of the contents, and of the Node that builds */
export function digestOfSources(root) {
  const within = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name).slice(root.length).split(sep).filter(Boolean).join('/'),
      ),
  );
  const hash = createHash('sha256').update(process.version);
  for (const path of [...within, ...FILES].sort())
    if (!MADE.some((made) => path.startsWith(made)) && existsSync(join(root, path)))
      hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/** @param dist the folder that the build has written */
export function writeBuiltFrom(root, dist, digest) {
  const filesIn = (folder, name) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(
        (entry) => `${name}${join(entry.parentPath, entry.name).slice(folder.length).split(sep).join('/')}`,
      );
  const made = [
    ...filesIn(dist, 'dist'),
    ...(existsSync(join(root, 'src/generated')) ? filesIn(join(root, 'src/generated'), 'src/generated') : []),
    ...MADE.filter((path) => path.endsWith('.ts') && existsSync(join(root, path))),
  ];
  writeFileSync(join(dist, BUILT_FROM), [digest, ...made.sort()].join('\n'));
}

/** Whether its dist is all that a build would make, and nothing more. */
export function isBuilt(root) {
  const built = join(root, 'dist', BUILT_FROM);
  if (!existsSync(built) || existsSync(join(root, 'dist', LIST))) return false;
  const [digest, ...made] = readFileSync(built, 'utf8').split('\n');
  return digest === digestOfSources(root) && made.every((path) => existsSync(join(root, path)));
}
