#!/usr/bin/env node
'use strict';
// Starts dist/cli.cjs. Reading JavaScript is most of what starting takes, so what V8 makes of it is kept beside it, in
// dist/.code-cache: newer Nodes do that themselves, Node 20 leaves it to us. Whatever goes wrong with the cache, ptask
// only starts more slowly. V8 takes any source of the same length for the same, so a kept file's name says of which
// state of the source it is: a hash would take longer than the cache saves, but no file changes without its ctime.

const module_ = require('node:module');
const { dirname, join, resolve } = require('node:path');

const dist = resolve(__dirname, '../dist');
const cache = join(dist, '.code-cache');
/** Files in there; one ptask has about twenty. */
const MOST_KEPT = 100;
/**
 * How often what is kept is made: V8 keeps what has been called, and who finds something remembered calls other functions than
 * who came first. The last byte counts.
 */
const TIMES = 3;

if (isVersionTold()) process.exit();
if (module_.enableCompileCache) {
  module_.enableCompileCache(cache);
  require('../dist/cli.cjs');
} else {
  withCache();
}

/** What scripts and editors ask for to see whether there is a ptask waits for nothing. An output that is not to be written is for dist/cli.cjs to tell. */
function isVersionTold() {
  const [word, ...more] = process.argv.slice(2);
  if (!(word === '--version' || word === '-V') || more.length > 0 || process.env.PTASK_TRACE) return false;
  try {
    require('node:fs').writeSync(1, `${require('../package.json').version}\n`);
    return true;
  } catch {
    return false;
  }
}

function withCache() {
  // V8 compiles what has run for a while once more, for speed, which most commands are over too soon to have any of: a fifth of all that
  // they have processors do. What goes on for longer has it a few milliseconds later.
  require('node:v8').setFlagsFromString('--interrupt-budget=1000000');

  const fs = require('node:fs');
  const { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readdirSync } = fs;
  const { renameSync, rmSync, statSync, writeFileSync } = fs;
  const { Script } = require('node:vm');
  const loaded = new Map();
  const all = [];
  /** Whether what is kept of any of them is to be made, or made anew: then that of all, each of which has been called since. */
  let isDue = false;

  const read = (file) => {
    try {
      return readFileSync(file);
    } catch {
      return undefined;
    }
  };

  /** The text of a file, and the name of what is kept of exactly this text. */
  const open = (file) => {
    const handle = openSync(file);
    try {
      const { size, ino, ctimeMs, mtimeMs } = fstatSync(handle);
      const state = [file.slice(dist.length + 1), size, ino, ctimeMs, mtimeMs].join('-').replace(/\W/g, '-');
      // The build writes nothing but ASCII.
      return [readFileSync(handle, 'latin1'), join(cache, `${process.version}-${process.arch}-${state}`)];
    } finally {
      closeSync(handle);
    }
  };

  const load = (file) => {
    const before = loaded.get(file);
    if (before) return before.exports;
    const loading = { exports: {} };
    loaded.set(file, loading);
    const [text, kept] = open(file);
    const source = `(function(exports,require,module,__filename,__dirname){${text}\n})`;
    const known = read(kept);
    const script = new Script(source, { filename: file, cachedData: known?.subarray(0, -1) });
    const times = known === undefined || script.cachedDataRejected ? 0 : known.at(-1);
    isDue ||= times < TIMES;
    all.push({ kept, script, times });
    const inner = (id) => (id.startsWith('.') ? load(resolve(dirname(file), id)) : require(id));
    script.runInThisContext().call(loading.exports, loading.exports, inner, loading, file, dirname(file));
    return loading.exports;
  };

  /** What earlier states and other Nodes have left: the files that were written last may stay. */
  const tidy = () => {
    const files = readdirSync(cache).map((name) => join(cache, name));
    if (files.length <= MOST_KEPT) return;
    const age = new Map(files.map((file) => [file, statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
    files.sort((a, b) => age.get(b) - age.get(a));
    for (const file of files.slice(MOST_KEPT)) rmSync(file, { recursive: true, force: true });
  };

  process.on('exit', () => {
    try {
      if (!isDue) return;
      mkdirSync(cache, { recursive: true });
      for (const { kept, script, times } of all) {
        const next = `${kept}.${process.pid}`;
        writeFileSync(
          next,
          Buffer.concat([script.createCachedData(), Buffer.of(Math.min(times + 1, TIMES))]),
        );
        renameSync(next, kept);
      }
      tidy();
    } catch {}
  });
  load(join(dist, 'cli.cjs'));
}
