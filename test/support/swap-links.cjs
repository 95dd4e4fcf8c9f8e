/**
 * Puts a link in the place of something of ptask's own at the n-th call on it that goes by a name:
 * `NODE_OPTIONS='--require swap-links.cjs' ptask …`, in the folder of the config.
 *
 * - `SWAP_AT=<n>`, counted from 1, and `SWAP_WHEN=before|after` that call.
 * - `SWAP_LEVEL=<l>`: which component of the path that the call names, 0 is `.ptask`.
 * - `SWAP_TO=<folder>`: it comes to lead into a folder made here, below which all that ptask may come to name is found; or `.git`.
 * - `SWAP_OUT=<file>`: gets `{"at": …, "fate": …}`, what was swapped and what there was beyond the link.
 * - `SWAP_COUNT=<file>`: gets, for each call, how many components its path has, and whether it is the first from its place in
 *   the code.
 *
 * What was there is moved aside, into `<SWAP_TO>-aside`, as by a task that runs `mv` and `ln -s`. Only calls of ptask itself count.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { basename, dirname, join, relative, resolve, sep } = require('node:path');

const {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} = fs;

/** What no file of ptask's own says. */
const SECRET = 'none of the business of ptask\n';

/** Names under which ptask writes or reads something, whatever folder a link stands for. */
const FILES = [
  '.gitignore',
  'events.ndjson',
  'ordinal',
  'orchestrator.md',
  'report.json',
  'report.md',
  'report.html',
  '1.out',
  '1.replays.out',
  'lock-1',
  'lock-2',
  ...['shared', 'fails', 'isolated', 'agent'].flatMap((task) =>
    ['out', 'md', 'notes', 'json', 'review'].map((end) => `${task}.${end}`),
  ),
];
const FOLDERS = ['runs', 'state', 'tasks', 'validation', 'prompts', 'reviews', 'handover', 'needed'];

/** What there is below a folder: whatever a call could change shows, and reading does not. */
function listing(folder) {
  const found = {};
  const walk = (path) => {
    const stats = lstatSync(path);
    const { mode, ino, nlink, size, mtimeMs, ctimeMs } = stats;
    const content = stats.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
    found[relative(folder, path)] = [mode, ino, nlink, size, mtimeMs, ctimeMs, content].join(' ');
    if (stats.isDirectory()) for (const name of readdirSync(path)) walk(join(path, name));
  };
  walk(folder);
  return found;
}

/** A folder of somebody's that has all the names of another, and more. */
function mirror(from, to, depth) {
  mkdirSync(to);
  const entries = from === undefined ? [] : readdirSync(from, { withFileTypes: true });
  for (const entry of entries)
    if (entry.isDirectory()) mirror(join(from, entry.name), join(to, entry.name), depth + 1);
    else writeFileSync(join(to, entry.name), SECRET);
  const has = new Set(readdirSync(to));
  for (const name of FILES) if (!has.has(name)) writeFileSync(join(to, name), SECRET);
  if (depth < 3) for (const name of FOLDERS) if (!has.has(name)) mirror(undefined, join(to, name), 3);
}

function isOfPtask() {
  return /ptask\.cjs$/.test(process.argv[1] ?? '');
}

function install() {
  const root = process.cwd();
  const { SWAP_AT, SWAP_WHEN, SWAP_LEVEL, SWAP_TO, SWAP_OUT, SWAP_COUNT } = process.env;
  for (const name of Object.keys(process.env))
    if (/^(SWAP_|NODE_OPTIONS$)/.test(name)) delete process.env[name];
  const swapAt = Number(SWAP_AT ?? Number.POSITIVE_INFINITY);
  let calls = 0;
  let isBusy = false;
  const seen = [];
  const places = new Set();

  /** The components below the root of a path of ptask's own; those of the root itself are none. */
  function componentsOf(arg) {
    if (typeof arg !== 'string' && !Buffer.isBuffer(arg)) return undefined;
    let path = resolve(String(arg));
    const [opened] = /^\/proc\/self\/fd\/\d+/.exec(path) ?? [];
    try {
      if (opened !== undefined) path = readlinkSync(opened) + path.slice(opened.length);
    } catch {
      return undefined;
    }
    if (path === root) return [];
    const parts = relative(root, path).split(sep);
    return parts[0] === '.ptask' ? parts : undefined;
  }

  function swap(parts, name) {
    const level = Number(SWAP_LEVEL);
    if (level >= Math.max(1, parts.length)) return;
    const own = parts.length === 0 ? ['.ptask'] : parts.slice(0, level + 1);
    const place = join(root, ...own);
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (lstatSync(dirname(place), { throwIfNoEntry: false }) === undefined) return;
    mkdirSync(`${SWAP_TO}-aside`, { recursive: true });
    const aside = join(`${SWAP_TO}-aside`, basename(place));
    if (stats !== undefined) renameSync(place, aside);
    let target = join(root, '.git');
    if (!SWAP_TO.endsWith('.git')) {
      target = SWAP_TO;
      mirror(stats?.isDirectory() ? aside : undefined, target, level);
      const isFile = stats === undefined ? /\.\w+$/.test(place) : stats.isFile();
      if (isFile && level > 0) target = join(target, 'orchestrator.md');
    }
    symlinkSync(target, place);
    const before = SWAP_TO.endsWith('.git') ? undefined : listing(SWAP_TO);
    const at = `${own.join('/')} ${SWAP_WHEN} ${name} ${parts.join('/')}`;
    writeFileSync(SWAP_OUT, JSON.stringify({ at, before }));
  }

  function call(name, args, work) {
    const parts = isBusy ? undefined : (componentsOf(args[0]) ?? componentsOf(args[1]));
    if (parts === undefined) return work();
    calls += 1;
    isBusy = true;
    try {
      if (SWAP_COUNT !== undefined) {
        const frames = new Error().stack.split('\n').filter((line) => !line.includes(__filename));
        const place = `${name} ${frames.slice(1, 6).join()}`;
        seen.push({ depth: parts.length, isFirst: !places.has(place) });
        places.add(place);
      }
      if (calls === swapAt && SWAP_WHEN === 'before') swap(parts, name);
    } finally {
      isBusy = false;
    }
    try {
      return work();
    } finally {
      isBusy = true;
      if (calls === swapAt && SWAP_WHEN === 'after') swap(parts, name);
      isBusy = false;
    }
  }

  for (const name of Object.keys(fs)) {
    const isSync = name.endsWith('Sync') && typeof fs[name] === 'function';
    if (!isSync) continue;
    const original = fs[name];
    const watched = (real, called) =>
      function (...args) {
        return call(called, args, () => real.apply(this, args));
      };
    fs[name] = watched(original, name);
    // `realpathSync.native` is a function of its own.
    if (original.native) fs[name].native = watched(original.native, name);
  }
  const { open } = fs;
  fs.open = function (...args) {
    return call('open', args, () => open.apply(this, args));
  };
  syncBuiltinESMExports();
  if (SWAP_COUNT !== undefined) process.on('exit', () => writeFileSync(SWAP_COUNT, JSON.stringify(seen)));
}

if (isOfPtask()) install();

module.exports = { SECRET, listing };
