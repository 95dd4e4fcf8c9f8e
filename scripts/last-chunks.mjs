// What a ptask that is running loads only when it comes to need it is to be there as long as it runs, also where the build is one of
// its tasks: then the chunks of the last build lie beside the new ones until the next build.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says which chunks are none of this build's. */
export const LIST = '.last-chunks.json';

/** @param dist of the last build. @param next the folder that takes its place */
export function keepLastChunks(dist, next) {
  if (!existsSync(join(dist, 'chunks'))) return;
  const listed = join(dist, LIST);
  const older = new Set(existsSync(listed) ? JSON.parse(readFileSync(listed, 'utf8')) : []);
  const ours = new Set(readdirSync(join(next, 'chunks')));
  const last = readdirSync(join(dist, 'chunks')).filter((name) => !older.has(name) && !ours.has(name));
  if (last.length === 0) return;
  for (const name of last) copyFileSync(join(dist, 'chunks', name), join(next, 'chunks', name));
  writeFileSync(join(next, LIST), JSON.stringify(last));
}
