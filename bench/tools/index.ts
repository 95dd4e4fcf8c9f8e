// All contestants, in the order in which they are shown.

import { concurrently } from './concurrently.ts';
import { node, oneShell, spawnLoop } from './floors.ts';
import { just } from './just.ts';
import { lage } from './lage.ts';
import { lefthook } from './lefthook.ts';
import { make } from './make.ts';
import { mise } from './mise.ts';
import { moon } from './moon.ts';
import { ninja } from './ninja.ts';
import { npmRunAll2 } from './npm-run-all2.ts';
import { nx } from './nx.ts';
import { ptask } from './ptask.ts';
import type { Tool } from './tool.ts';
import { turbo } from './turbo.ts';
import { wireit } from './wireit.ts';

export const tools: readonly Tool[] = [
  ...[ptask, make, ninja, just, mise, moon, lefthook, turbo, nx, lage, wireit, concurrently, npmRunAll2],
  ...[node, spawnLoop, oneShell],
];
