// Preloaded into a measured process: writes its peak resident memory, in bytes, to $BENCH_PEAK_FILE when it ends.
// Not resourceUsage().maxRSS where /proc can tell: Linux counts into it what the parent held when it forked.
const { readFileSync, writeFileSync } = require('node:fs');

const file = process.env.BENCH_PEAK_FILE;
// The processes that it starts in turn are not measured.
delete process.env.BENCH_PEAK_FILE;
delete process.env.NODE_OPTIONS;

function peak() {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'));
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

if (file) process.on('exit', () => writeFileSync(file, String(peak())));
