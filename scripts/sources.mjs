// Of which sources a dist was built: npm asks for a build when it installs, when it first runs `npx`, and before it publishes.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { LIST } from './last-chunks.mjs';

/** In dist: the digest of what it was built from. */
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

/** Whether its dist is all that a build would make, and nothing more. */
export function isBuilt(root) {
  const built = join(root, 'dist', BUILT_FROM);
  const isWhole = existsSync(built) && existsSync(join(root, 'src/generated'));
  const hasOlder = existsSync(join(root, 'dist', LIST));
  return isWhole && !hasOlder && readFileSync(built, 'utf8') === digestOfSources(root);
}
