/**
 * Kills the process it is preloaded into at its n-th call that changes the disk: `node --require crash.cjs …`.
 *
 * - `CRASH_AT=<n>`: SIGKILL instead of the n-th such call, counted from 1.
 * - `CRASH_COPY=<file>:<copy>`: copies a file just before that, a disk's image say.
 * - `CRASH_BOOTED=yes`: the machine seems to have been started anew.
 * - `CRASH_ENOSPC_AT=<n>`: the n-th call that needs space and all after it throw ENOSPC, as a full disk does.
 * - `CRASH_EIO_AT=<n>`: the n-th call on a file of ptask's own, reads included, throws EIO, as a broken disk does; with
 *   `CRASH_EIO_ON=yes` all after it as well.
 * - `CRASH_COUNT=<file>`: gets `{"calls": …, "spacious": …, "own": …, "steps": […]}`, how many it saw, when the process
 *   exits by itself; own are those on files of ptask's own, steps are the numbers of those calls that are the first from their place in the code.
 *
 * Calls that node makes for another one (`writeFileSync` opens and writes) count too: a kill may fall between them.
 * Children of the process are not preloaded.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const number = (name) => Number(process.env[name] ?? Number.POSITIVE_INFINITY);
const crashAt = number('CRASH_AT');
const fullAt = number('CRASH_ENOSPC_AT');
const brokenAt = number('CRASH_EIO_AT');
const brokenTo = process.env.CRASH_EIO_ON === undefined ? brokenAt : Number.POSITIVE_INFINITY;
const copy = process.env.CRASH_COPY;
const countFile = process.env.CRASH_COUNT;
const writeCount = fs.writeFileSync;

/** Calls that a full disk refuses. */
const SPACIOUS = [
  'write',
  'writev',
  'writeFile',
  'appendFile',
  'copyFile',
  'cp',
  'mkdir',
  'mkdtemp',
  'link',
  'symlink',
  'fsync',
  'fdatasync',
];
const OTHERS = [
  'rename',
  'unlink',
  'rm',
  'rmdir',
  'chmod',
  'fchmod',
  'lchmod',
  'chown',
  'fchown',
  'lchown',
  'truncate',
  'ftruncate',
  'utimes',
  'futimes',
  'lutimes',
];

/** Calls that only look. */
const READS = ['read', 'readFile', 'readdir', 'stat'];

let calls = 0;
let spacious = 0;
let own = 0;
const steps = [];
const places = new Set();
/** Frames by which two places are told apart: a helper's callers count, a loop's rounds do not. */
const FRAMES = 7;

function notePlace(name) {
  const frames = new Error().stack.split('\n').filter((line) => !line.includes(__filename));
  const place = `${name} ${frames.slice(1, 1 + FRAMES).join()}`;
  if (places.has(place)) return;
  places.add(place);
  steps.push(calls);
}

/** Descriptors of files of ptask's own. */
const ownFiles = new Set();
const isOwn = (path) => /\/\.(?:git\/)?ptask(?:\/|$)/.test(String(path));

/** A call on one of them counts, by whichever name or descriptor. */
function touch(name, args) {
  if (
    !args.some((arg) => (typeof arg === 'number' ? ownFiles.has(arg) : typeof arg === 'string' && isOwn(arg)))
  )
    return;
  own += 1;
  if (own < brokenAt || own > brokenTo) return;
  throw Object.assign(new Error(`EIO: i/o error, ${name}`), { code: 'EIO', errno: -5, syscall: name });
}

function tick(name, isSpacious) {
  calls += 1;
  if (countFile !== undefined) notePlace(name);
  if (calls === crashAt) {
    if (copy !== undefined) execFileSync('cp', ['--sparse=always', ...copy.split(':')]);
    process.kill(process.pid, 'SIGKILL');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  if (!isSpacious) return;
  spacious += 1;
  if (spacious >= fullAt) {
    const error = new Error(`ENOSPC: no space left on device, ${name}`);
    throw Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: name });
  }
}

/** Opening counts where it may make or empty a file. */
function opensForWriting(flags) {
  if (typeof flags === 'number') return (flags & (fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0;
  return typeof flags === 'string' && /[wa]/.test(flags);
}

function patch(home, name, isSpacious, counts = () => true) {
  const original = home[name];
  if (typeof original !== 'function') return;
  home[name] = function (...args) {
    if (counts(args)) tick(name, isSpacious);
    touch(name, args.slice(0, 2));
    return original.apply(this, args);
  };
}

/** In callbacks and promises the failure comes as a rejection or a call, as with the real thing. */
function patchLater(home, name, isSpacious, counts = () => true) {
  const original = home[name];
  if (typeof original !== 'function') return;
  home[name] = function (...args) {
    try {
      if (counts(args)) tick(name, isSpacious);
      touch(name, args.slice(0, 2));
    } catch (error) {
      const callback = args.at(-1);
      if (typeof callback !== 'function') return Promise.reject(error);
      process.nextTick(callback, error);
      return undefined;
    }
    return original.apply(this, args);
  };
}

const openCounts = ([, flags]) => opensForWriting(flags);
for (const [names, isSpacious] of [
  [SPACIOUS, true],
  [OTHERS, false],
]) {
  for (const name of names) {
    patch(fs, `${name}Sync`, isSpacious);
    patchLater(fs, name, isSpacious);
    patchLater(fs.promises, name, isSpacious);
  }
}
for (const name of READS) {
  patch(fs, `${name}Sync`, false, () => false);
  patchLater(fs, name, false, () => false);
  patchLater(fs.promises, name, false, () => false);
}
patch(fs, 'openSync', true, openCounts);
patchLater(fs, 'open', true, openCounts);
const { open, openSync } = fs;
const remember = (fd, path) => (isOwn(path) ? ownFiles.add(fd) : ownFiles.delete(fd));
fs.openSync = (path, ...rest) => {
  const fd = openSync(path, ...rest);
  remember(fd, path);
  return fd;
};
fs.open = (path, ...rest) => {
  const done = rest.pop();
  open(path, ...rest, (error, fd) => {
    if (!error) remember(fd, path);
    done(error, fd);
  });
};
patchLater(fs.promises, 'open', true, openCounts);

if (process.env.CRASH_BOOTED !== undefined) {
  const { readFileSync } = fs;
  fs.readFileSync = (path, ...rest) =>
    path === '/proc/sys/kernel/random/boot_id' ? 'another' : readFileSync(path, ...rest);
}
syncBuiltinESMExports();

if (countFile !== undefined) {
  process.on('exit', () => writeCount(countFile, JSON.stringify({ calls, spacious, own, steps })));
}
