// What strace writes, captured, to what was done to files.
import type { RawPath } from '../../src/base/raw-path.ts';
import type { Access } from '../../src/run/tracing/access.ts';
import { StraceCalls, TRACED } from '../../src/run/tracing/strace-calls.ts';
import { annotatedPath, StraceLines, textOf } from '../../src/run/tracing/strace-lines.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/tracing: strace');

/** `read /w/a`, in order. */
function told(trace: string, start = '/w'): string[] {
  const lines = new StraceLines();
  const found: Access[] = [];
  const calls = new StraceCalls(start, (access) => found.push(access));
  for (const line of trace.trim().split('\n')) {
    const call = lines.read(line);
    if (call !== undefined) calls.read(call);
  }
  calls.end();
  return found.map((access) =>
    access.kind === 'rename' ? `rename ${access.path} ${access.to}` : `${access.kind} ${access.path}`,
  );
}

test('files that are opened, asked about, listed, made and removed', () => {
  assert.equal(
    told(`
7 execve("/bin/sh", [...], 0x7ffe0d30d9f0 /* 39 vars */) = 0
7 openat(AT_FDCWD</w>, "a.txt", O_RDONLY|O_CLOEXEC) = 3</w/a.txt>
7 newfstatat(AT_FDCWD</w>, "b", {st_mode=S_IFREG|0644, st_size=3, ...}, 0) = 0
7 newfstatat(AT_FDCWD</w>, "src", {st_mode=S_IFDIR|0755, st_size=100, ...}, 0) = 0
7 newfstatat(3</w/a.txt>, "", {st_mode=S_IFREG|0644, st_size=1, ...}, AT_EMPTY_PATH) = 0
7 statx(AT_FDCWD</w>, "c", AT_STATX_SYNC_AS_STAT, STATX_ALL, {stx_mask=STATX_ALL, stx_mode=S_IFREG|0644, ...}) = 0
7 getdents64(3</w/src>, 0x55 /* 4 entries */, 32768) = 112
7 openat(AT_FDCWD</w>, "src", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 3</w/src>
7 openat(AT_FDCWD</w>, "out", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4</w/out>
7 openat(AT_FDCWD</w>, "db", O_RDWR) = 5</w/db>
7 mkdir("dist", 0777) = 0
7 unlinkat(5</w/dist>, "x", 0) = 0
7 renameat2(AT_FDCWD</w>, "out", 5</w/dist>, "y", RENAME_NOREPLACE) = 0
7 symlink("../a", "dist/link") = 0
7 linkat(AT_FDCWD</w>, "a.txt", AT_FDCWD</w>, "hard", 0) = 0
7 chmod("hard", 0755) = 0`),
    [
      ...['read /bin/sh', 'read /w/a.txt', 'look /w/b', 'look /w/c', 'list /w/src', 'create /w/out'],
      ...['read /w/db', 'write /w/db', 'folder /w/dist', 'remove /w/dist/x', 'rename /w/out /w/dist/y'],
      ...['create /w/dist/link', 'read /w/a.txt', 'create /w/hard', 'write /w/hard'],
    ],
  );
});

test('what did not work out is nothing', () => {
  assert.equal(
    told(`
7 openat(AT_FDCWD</w>, "nothing", O_RDONLY) = -1 ENOENT (No such file or directory)
7 access("x", R_OK) = -1 EACCES (Permission denied)
7 openat(AT_FDCWD</w>, "killed", O_RDONLY) = ?
7 unlink("gone") = ? ERESTARTNOINTR (To be restarted)`),
    [],
  );
});

test('bytes, quotes and brackets in names', () => {
  assert.equal(
    told(`7 openat(AT_FDCWD</w>, "l", O_RDONLY) = 3</w/a b\\"\\74\\76\\303\\251.txt>
7 openat(AT_FDCWD</w/a(1), x>, "o), = 3 \\\\ \\n\\t", O_RDONLY) = 3</w/a(1), x/o), = 3 \\\\ \\n\\t>
7 openat(AT_FDCWD</w>, "q\\"", O_RDONLY) = 3</w/q\\">`),
    [
      ...['look /w/l', 'read /w/a b"<>\u00c3\u00a9.txt'],
      ...['read /w/a(1), x/o), = 3 \\ \n\t', 'read /w/q"'],
    ],
  );
});

test('what others interrupt is put together, with and without a word of whose it is', () => {
  assert.equal(
    told(`
7 openat(AT_FDCWD</w>, "a", O_RDONLY <unfinished ...>
8 openat(AT_FDCWD</w>, "b", O_RDONLY <unfinished ...>
7 <... openat resumed>) = 3</w/a>
8 <... openat resumed>, 0666) = 3</w/b>
9 execve("/w/x.sh", [...], 0x56470e0444d8 /* 70 vars */ <unfinished ...>
) = 0
9 unlink("cut off" <unfinished ...>
9 +++ killed by SIGKILL +++
7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=8} ---
7 +++ exited with 0 +++`),
    ['read /w/a', 'read /w/b', 'read /w/x.sh'],
  );
});

test('relative paths are told from the folder of each process', () => {
  assert.equal(
    told(`
7 chdir("sub") = 0
8 open("early", O_RDONLY) = 3
7 vfork() = 8
8 open("a", O_RDONLY) = 3
8 chdir("/else") = 0
8 open("b", O_RDONLY) = 3
7 open("c", O_RDONLY) = 3
7 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_THREAD, parent_tid=[9]) = 9
9 fchdir(4</third>) = 0
7 stat("d", {st_mode=S_IFREG|0644, st_size=1, ...}) = 0
7 open("../e", O_RDONLY) = 3`),
    [
      ...['read /w/sub/early', 'read /w/sub/a', 'read /else/b', 'read /w/sub/c'],
      ...['look /third/d', 'read /e'],
    ],
  );
});

test('a process of which nobody has told begins where the first did', () => {
  assert.equal(told('7 open("a", O_RDONLY) = 3\n8 open("b", O_RDONLY) = 3'), ['read /w/a', 'read /w/b']);
});

test('through a link the link and what it leads to', () => {
  assert.equal(told('7 openat(AT_FDCWD</w>, "link/a", O_RDONLY) = 3</w/real/a>'), [
    'look /w/link/a',
    'read /w/real/a',
  ]);
});

test('lines that are none of strace’s are passed over', () => {
  assert.equal(told('\nstrace: Process 8 attached\n7 garbage\n7 openat(AT_FDCWD</w>, "a\n)\n7 ('), []);
});

test('texts and descriptors', () => {
  assert.is(textOf('"a\\x3cb"'), 'a<b' as RawPath);
  assert.is(textOf('NULL'), undefined);
  assert.is(textOf('"cut"...'), undefined);
  assert.is(annotatedPath('3</w/gone (deleted)>'), '/w/gone' as RawPath);
  assert.is(annotatedPath('3<pipe:[12]>'), undefined);
  assert.is(annotatedPath('AT_FDCWD'), undefined);
});

test('each call that is asked for is one that is known', () => {
  assert.is(new Set(TRACED).size, TRACED.length);
  assert.ok(TRACED.includes('openat') && TRACED.includes('renameat2') && TRACED.includes('clone3'));
});
