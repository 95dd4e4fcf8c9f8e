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

if (module_.enableCompileCache) {
  module_.enableCompileCache(cache);
  require('../dist/cli.cjs');
} else {
  withCache();
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
  const uncached = [];

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
    const known = loaded.get(file);
    if (known) return known.exports;
    const loading = { exports: {} };
    loaded.set(file, loading);
    const [text, kept] = open(file);
    const source = `(function(exports,require,module,__filename,__dirname){${text}\n})`;
    const cachedData = read(kept);
    const script = new Script(source, { filename: file, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) uncached.push([kept, script]);
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
      for (const [kept, script] of uncached) {
        mkdirSync(cache, { recursive: true });
        writeFileSync(`${kept}.${process.pid}`, script.createCachedData());
        renameSync(`${kept}.${process.pid}`, kept);
      }
      if (uncached.length > 0) tidy();
    } catch {}
  });
  load(join(dist, 'cli.cjs'));
}
