#!/usr/bin/env node
'use strict';
// Starts dist/cli.cjs. Reading JavaScript is most of what starting takes, so what V8 makes of it is kept beside it, in
// dist/.code-cache: newer Nodes do that themselves, Node 20 leaves it to us. Whatever goes wrong with the cache, ptask
// only starts more slowly.

const module_ = require('node:module');
const { dirname, join, resolve } = require('node:path');

const dist = resolve(__dirname, '../dist');
const cache = join(dist, '.code-cache');

if (module_.enableCompileCache) {
  module_.enableCompileCache(cache);
  require('../dist/cli.cjs');
} else {
  withCache();
}

function withCache() {
  const { readFileSync, mkdirSync, renameSync, writeFileSync } = require('node:fs');
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

  const load = (file) => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const loading = { exports: {} };
    loaded.set(file, loading);
    // The build writes nothing but ASCII.
    const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'latin1')}\n})`;
    const kept = join(
      cache,
      `${process.version}-${process.arch}-${file.slice(dist.length + 1).replace(/\W/g, '-')}`,
    );
    const cachedData = read(kept);
    const script = new Script(source, { filename: file, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) uncached.push([kept, script]);
    const inner = (id) => (id.startsWith('.') ? load(resolve(dirname(file), id)) : require(id));
    script.runInThisContext().call(loading.exports, loading.exports, inner, loading, file, dirname(file));
    return loading.exports;
  };

  process.on('exit', () => {
    try {
      for (const [kept, script] of uncached) {
        mkdirSync(cache, { recursive: true });
        writeFileSync(`${kept}.${process.pid}`, script.createCachedData());
        renameSync(`${kept}.${process.pid}`, kept);
      }
    } catch {}
  });
  load(join(dist, 'cli.cjs'));
}
