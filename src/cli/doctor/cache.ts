import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { orElse } from '../../base/error-code.ts';
import { formatBytes } from '../../base/size.ts';
import { cacheFolderOf } from '../../cache/cache-folder.ts';
import { statsOf } from '../../cache/stats.ts';
import { StoreFolder } from '../../cache/store-folder.ts';
import { plural } from '../../present/format.ts';
import { type Finding, fine, type Surroundings, warning } from './finding.ts';

export function checkCache({ config }: Surroundings): Finding[] {
  if (config === undefined) return [];
  const cached = config.tasks.filter(({ cache }) => cache.isOn).length;
  if (cached === 0) return [fine('no task is cached; `cache: true` in the config turns it on')];
  const place = cacheFolderOf(config);
  if (place === undefined || !isWritable(place.folder))
    return [
      warning(
        `${place === undefined ? 'there is no folder for it' : `${place.folder} cannot be written`}: nothing is kept`,
        'name another with `cache.dir`, or PTASK_CACHE_DIR',
      ),
    ];
  const { results, bytes } = statsOf(new StoreFolder(place.folder, place.mode));
  return [fine(`${plural(cached, 'cached task')}, ${plural(results, 'result')}, ${formatBytes(bytes)}`)];
}

/** The folder, or the nearest one above that is there. */
function isWritable(folder: string): boolean {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return orElse(() => accessSync(at, constants.W_OK) === undefined, false);
}
