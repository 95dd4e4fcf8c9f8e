// How long processors have worked for the processes that this one has started and seen end, and for all that those have
// seen end in turn. What else the machine does lengthens it far less than it does the time on the clock.

import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the machine: a mean of many is finer than each. */
const MS_PER_TICK = 10;

/** Milliseconds, user and system together; undefined where there is no /proc. */
export function cpuTimeOfChildren(): number | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // After the name, which may have spaces and parentheses in it: state, ten more, utime, stime, cutime, cstime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
  } catch {
    return undefined;
  }
}
