// The most memory that a process and all below it have at one time, looked at every few milliseconds. Pages that several of
// them share are divided among them (PSS), or a tool that forks would seem to double.

import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 20;

/** Begins to look; the function returned ends it and gives megabytes, or undefined where nothing could be seen. */
export function watchMemory(root: number): () => number | undefined {
  let peak: number | undefined;
  const look = () => {
    const now = familyOf(root).reduce((sum, pid) => sum + (kilobytesOf(pid) ?? 0), 0);
    if (now > 0) peak = Math.max(peak ?? 0, now / 1024);
  };
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

function familyOf(root: number): number[] {
  const family = [root];
  for (const pid of family) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1');
        for (const child of children.split(' ')) if (child !== '') family.push(Number(child));
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return family;
}

function kilobytesOf(pid: number): number | undefined {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]);
  } catch {
    return undefined;
  }
}
