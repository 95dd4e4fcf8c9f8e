// Loaded first by each Node of a traced command: writes down which files it opens. What all of Node's own code goes through to the
// disk is watched, so that modules are seen that it loads itself. It must never be in the way: it runs in any version of Node, and what
// it cannot do it leaves.

(() => {
  const file = process.env.PTASK_FILES_SEEN;
  if (!file) return;
  const fs = require('node:fs');
  const { dirname, join, resolve } = require('node:path');

  let binding;
  try {
    binding = process.binding('fs');
  } catch {
    return;
  }
  const { openSync, writeSync, statSync, existsSync } = fs;
  const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_DIRECTORY = 0 } = fs.constants;
  /** While it looks itself. */
  let isOwn = false;
  let handle;
  /** What was told already and is still so. */
  const told = new Set();

  const unseen = (work) => {
    if (isOwn) return undefined;
    isOwn = true;
    try {
      return work();
    } catch {
      return undefined;
    } finally {
      isOwn = false;
    }
  };

  const textOf = (path) => {
    const text = Buffer.isBuffer(path)
      ? path.toString('latin1')
      : Buffer.from(String(path)).toString('latin1');
    return resolve(Buffer.from(process.cwd()).toString('latin1'), text.replace(/^\\\\\?\\/, ''));
  };

  const tell = (kind, path, to) => {
    const key = `${kind} ${path}`;
    if (['read', 'look', 'list'].includes(kind)) {
      if (told.has(key)) return;
      told.add(key);
    }
    handle ??= openSync(file, O_WRONLY | O_CREAT | O_APPEND, 0o600);
    writeSync(handle, `${JSON.stringify({ kind, path, ...(to !== undefined && { to }) })}\n`);
  };

  const isPath = (path) => typeof path === 'string' || Buffer.isBuffer(path);
  /** The disk knows it by its bytes. */
  const bytes = (path) => Buffer.from(path, 'latin1');
  const isFile = (path) => statSync(bytes(path), { throwIfNoEntry: false })?.isFile() === true;

  /** Node looks there for what kind of module a file is. */
  const tellPackage = (path) => {
    if (!/\.(?:[cm]?[jt]s|[jt]sx)$/.test(path)) return;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const manifest = join(folder, 'package.json');
      if (isFile(manifest)) return tell('look', manifest);
      if (dirname(folder) === folder) return;
    }
  };

  const read = (given) =>
    unseen(() => {
      const path = textOf(given);
      if (!isFile(path)) return;
      tell('read', path);
      tellPackage(path);
    });
  const looked = (given) =>
    unseen(() => {
      const path = textOf(given);
      if (isFile(path)) tell('look', path);
    });
  const wrote = (given) =>
    unseen(() => {
      const path = textOf(given);
      tell(existsSync(bytes(path)) ? 'write' : 'create', path);
    });
  const opened = (path, flags) => {
    if (typeof flags !== 'number' || (flags & O_DIRECTORY) !== 0) return;
    const isWritten = (flags & (O_WRONLY | O_RDWR)) !== 0;
    if (!isWritten || ((flags & O_RDWR) !== 0 && (flags & (O_TRUNC | O_CREAT)) === 0)) read(path);
    if (isWritten) wrote(path);
  };
  const told1 = (kind) => (path) => unseen(() => tell(kind, textOf(path)));
  const removed = (given) =>
    unseen(() => {
      const path = textOf(given);
      if (existsSync(bytes(path))) tell('remove', path);
    });

  const WATCHED = {
    ...{ open: opened, openSync: opened, openFileHandle: opened },
    ...{ readFileUtf8: read, internalModuleReadJSON: read },
    ...{ stat: looked, lstat: looked, access: looked, existsSync: looked },
    internalModuleStat: (...given) => looked(given.find(isPath)),
    ...{ writeFileUtf8: wrote, chmod: wrote },
    ...{ readdir: told1('list'), mkdir: told1('folder') },
    ...{ unlink: removed, rmdir: removed, rmSync: removed },
    rename: (path, to) => unseen(() => tell('rename', textOf(path), textOf(to))),
    copyFile(path, to) {
      read(path);
      wrote(to);
    },
    link(path, to) {
      read(path);
      wrote(to);
    },
    symlink: (_, path) => wrote(path),
  };

  for (const [name, see] of Object.entries(WATCHED)) {
    const original = binding[name];
    if (typeof original !== 'function') continue;
    binding[name] = function (...given) {
      if (!isOwn && given.some(isPath)) {
        try {
          see(...given);
        } catch {}
      }
      return Reflect.apply(original, this, given);
    };
  }

  // These go another way.
  for (const from of [fs, fs.promises])
    for (const name of ['opendir', 'opendirSync']) {
      const original = from[name];
      if (typeof original !== 'function') continue;
      from[name] = function (...given) {
        if (isPath(given[0])) told1('list')(given[0]);
        return Reflect.apply(original, this, given);
      };
    }
})();
