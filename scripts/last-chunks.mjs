// What a ptask that is running loads only when it comes to need it is to be there as long as it runs, also where the build is one of
// its tasks: then the chunks of earlier builds lie beside the new ones for a day.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says which chunks are none of this build's, and since when. */
export const LIST = '.last-chunks.json';

const DAY = 86_400_000;

/**
 * @param dist of the last build
 * @param next the folder that takes its place
 * @param now milliseconds since 1970
 */
export function keepLastChunks(dist, next, now = Date.now()) {
  if (!existsSync(join(dist, 'chunks'))) return;
  const listed = join(dist, LIST);
  const since = existsSync(listed) ? JSON.parse(readFileSync(listed, 'utf8')) : {};
  const ours = new Set(readdirSync(join(next, 'chunks')));
  const kept = readdirSync(join(dist, 'chunks'))
    .map((name) => [name, since[name] ?? now])
    .filter(([name, from]) => !ours.has(name) && now - from < DAY);
  if (kept.length === 0) return;
  for (const [name] of kept) copyFileSync(join(dist, 'chunks', name), join(next, 'chunks', name));
  writeFileSync(join(next, LIST), JSON.stringify(Object.fromEntries(kept)));
}
