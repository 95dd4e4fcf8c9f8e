/**
 * Writes down what the process it is preloaded into does to a disk, for disk-model.ts: `node --require disk-log.cjs …`.
 * `DISK_ROOT` is the folder that counts, `DISK_LOG` the file that gets the log, as JSON, when the process exits by itself.
 *
 * Entries, in the order in which they happened; a node is a file, a link or a folder, by a number of its own:
 * - `{state, node, kind, content?, mode, mtime}`: what it is like now, content in base64
 * - `{add: [folder, name], node}`, `{remove: [folder, name]}`, `{move: [folder, name], to: [folder, name]}`
 * - `{sync: node}`: it was brought to the disk
 */
const fs = require('node:fs');
const { dirname, basename } = require('node:path');
const { syncBuiltinESMExports } = require('node:module');

const root = process.env.DISK_ROOT;
const real = { ...fs, promises: { ...fs.promises } };
const log = [];
const byInode = new Map();
const paths = new Map();
let count = 0;
/** Calls that node makes for another one are a part of it. */
let depth = 0;

const stat = (path) => real.lstatSync(path, { throwIfNoEntry: false });
/** Paths as bytes, a character each, so that any name can be told; by way of a folder that is held, its own name. */
const raw = (path) => {
  const text = Buffer.isBuffer(path) ? path.toString('latin1') : Buffer.from(String(path)).toString('latin1');
  return text.replace(/^\/proc\/self\/fd\/\d+/, (held) =>
    real.readlinkSync(held, 'buffer').toString('latin1'),
  );
};
const bytes = (path) => Buffer.from(path, 'latin1');
const isBelow = (path) => path === root || path.startsWith(`${root}/`);
const isInside = (path) => isBelow(raw(path));

function nodeAt(path) {
  const stats = stat(bytes(path));
  if (stats === undefined) return undefined;
  if (!byInode.has(stats.ino)) byInode.set(stats.ino, ++count);
  return byInode.get(stats.ino);
}

function state(path) {
  const stats = stat(bytes(path));
  if (stats === undefined) return;
  const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file';
  const content =
    kind === 'folder'
      ? undefined
      : (kind === 'link'
          ? real.readlinkSync(bytes(path), 'buffer')
          : real.readFileSync(bytes(path))
        ).toString('base64');
  log.push({
    state: true,
    node: nodeAt(path),
    kind,
    content,
    mode: stats.mode & 0o7777,
    mtime: stats.mtimeMs / 1000,
  });
}

const place = (path) => [nodeAt(dirname(path)), basename(path)];

/** A name that was not there: what has it is another node than any before, whatever its inode is called. */
function add(path) {
  byInode.delete(stat(bytes(path)).ino);
  state(path);
  log.push({ add: place(path), node: nodeAt(path) });
}

function scan(path) {
  state(path);
  if (!stat(bytes(path)).isDirectory()) return;
  for (const name of real.readdirSync(bytes(path), 'buffer')) {
    const below = `${path}/${name.toString('latin1')}`;
    log.push({ add: [nodeAt(path), name.toString('latin1')], node: nodeAt(below) });
    scan(below);
  }
}

function removed(path) {
  if (stat(bytes(path))?.isDirectory())
    for (const name of real.readdirSync(bytes(path), 'buffer')) removed(`${path}/${name.toString('latin1')}`);
  if (stat(bytes(path)) !== undefined) log.push({ remove: place(path) });
}

/** What each call means, told before it (`early`) and when it has happened. */
const touches = {
  early: () => {},
  late: (path) => state(path),
};
const makes = {
  early: (path) => stat(bytes(path)) !== undefined,
  late: (path, wasThere) => (wasThere ? state(path) : add(path)),
};
const onFirst = (what) => ({
  early: ([path]) => (isInside(path) ? what.early(raw(path)) : undefined),
  late: ([path], before) => isInside(path) && what.late(raw(path), before),
});
const onSecond = (what) => ({
  early: ([, path]) => (isInside(path) ? what.early(raw(path)) : undefined),
  late: ([, path], before) => isInside(path) && what.late(raw(path), before),
});
const onFile = (what) => ({
  early: () => {},
  late: ([file]) => {
    const path = typeof file === 'number' ? paths.get(file) : raw(file);
    if (path !== undefined && isBelow(path)) what(path);
  },
});

const CALLS = {
  mkdir: {
    early: ([path]) => {
      const missing = [];
      for (let at = raw(path); isBelow(at) && stat(bytes(at)) === undefined; at = dirname(at))
        missing.unshift(at);
      return missing;
    },
    late: (_, missing) => missing.forEach(add),
  },
  rename: {
    early: ([from]) => (isInside(from) ? place(raw(from)) : undefined),
    late: ([, to], from) => from !== undefined && log.push({ move: from, to: place(raw(to)) }),
  },
  link: {
    early: () => {},
    late: ([, to]) => log.push({ add: place(raw(to)), node: nodeAt(raw(to)) }),
  },
  symlink: onSecond(makes),
  copyFile: onSecond(makes),
  writeFile: {
    early: ([file]) => (typeof file === 'number' ? undefined : onFirst(makes).early([file])),
    late: ([file, ...rest], before) =>
      typeof file === 'number' ? onFile(state).late([file]) : onFirst(makes).late([file, ...rest], before),
  },
  unlink: { early: ([path]) => isInside(path) && removed(raw(path)), late: () => {} },
  rmdir: { early: ([path]) => isInside(path) && removed(raw(path)), late: () => {} },
  rm: { early: ([path]) => isInside(path) && removed(raw(path)), late: () => {} },
  chmod: onFirst(touches),
  utimes: onFirst(touches),
  write: onFile(state),
  fchmod: onFile(state),
  fsync: {
    early: ([file]) => file,
    late: (_, file) =>
      paths.has(file) && isBelow(paths.get(file)) && log.push({ sync: nodeAt(paths.get(file)) }),
  },
  open: {
    early: ([path]) => (isInside(path) ? makes.early(raw(path)) : true),
    late: ([path], wasThere, file) => {
      paths.set(typeof file === 'number' ? file : undefined, raw(path));
      if (!wasThere) add(raw(path));
    },
  },
};

for (const [name, { early, late }] of Object.entries(CALLS)) {
  fs[`${name}Sync`] = (...args) => {
    if (depth > 0) return real[`${name}Sync`](...args);
    depth += 1;
    try {
      const before = early(args);
      const result = real[`${name}Sync`](...args);
      late(args, before, result);
      return result;
    } finally {
      depth -= 1;
    }
  };
  fs[name] = (...args) => {
    const done = args.pop();
    const before = early(args);
    real[name](...args, (error, result) => {
      if (!error) late(args, before, result);
      done(error, result);
    });
  };
  if (real.promises[name] === undefined || name === 'open') continue;
  fs.promises[name] = async (...args) => {
    const before = early(args);
    const result = await real.promises[name](...args);
    late(args, before, result);
    return result;
  };
}
syncBuiltinESMExports();

if (root !== undefined) {
  scan(root);
  log.push({ begin: true });
  process.on('exit', () =>
    real.writeFileSync(process.env.DISK_LOG, JSON.stringify({ root: nodeAt(root), log })),
  );
}
