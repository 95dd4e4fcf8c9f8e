// A process that takes a lock five times: `lock-child.ts <folder of the lock>`. Inside it makes `inside/one`, which throws
// where somebody else is in.

import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lock } from '../../src/base/lock.ts';

const folder = process.argv[2] as string;
const contended = new Lock(folder);
for (let times = 0; times < 5; ) {
  const lock = contended.take('child');
  if (!lock.ok) {
    await sleep(1);
    continue;
  }
  mkdirSync(join(folder, 'inside/one'));
  await sleep(1);
  rmdirSync(join(folder, 'inside/one'));
  lock.release();
  times += 1;
}
