// The names of inputs, commands and actions are those that BuildBox's tools give them, where the machine has these (Debian: buildbox).

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { locate, type RawPath, rawPathOf } from '../../src/base/raw-path.ts';
import {
  type Action,
  type Command,
  type Digest,
  digestOf,
  encodeAction,
  encodeCommand,
} from '../../src/cache/action.ts';
import { merkleTree, type TreeNode } from '../../src/cache/merkle.ts';
import { oidOf } from '../../src/store/content.ts';
import { atEnd } from '../support/cleanup.ts';
import { hermeticEnv } from '../support/env.ts';
import { sampled } from '../support/sample.ts';
import { assert, suite, type TestFunction } from '../support/suite.ts';
import { tempDir, type Written, write } from '../support/tmp.ts';

const test = suite('cache/buildbox');

const env = hermeticEnv();

function withTools(tools: readonly string[], name: string, body: TestFunction): void {
  const missing = tools.filter((tool) => spawnSync(tool, ['--help'], { env }).error !== undefined);
  if (missing.length > 0) test.skip(name, `there is no ${missing.join(', ')} on this machine's PATH`, body);
  else test(name, { timeout: 120_000 }, body);
}

/** What there is under a folder, as the key of a task sees it. */
function treeAt(root: string): { entries: [RawPath, TreeNode][]; folders: RawPath[] } {
  const entries: [RawPath, TreeNode][] = [];
  const folders: RawPath[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(locate(root, folder as RawPath), { encoding: 'buffer' }).map(rawPathOf)) {
      const path = (folder === '' ? name : `${folder}/${name}`) as RawPath;
      const at = locate(root, path);
      const stats = lstatSync(at);
      if (stats.isDirectory()) {
        folders.push(path);
        visit(path);
      } else if (stats.isSymbolicLink())
        entries.push([path, { kind: 'link', target: rawPathOf(readlinkSync(at, 'buffer')) }]);
      else {
        const isExecutable = (stats.mode & 0o100) !== 0;
        entries.push([path, { kind: 'file', oid: oidOf(readFileSync(at)), size: stats.size, isExecutable }]);
      }
    }
  };
  visit('');
  return { entries, folders };
}

function rootOf(folder: string): Digest {
  const { entries, folders } = treeAt(folder);
  return merkleTree(entries, folders).root;
}

const told = ({ hash, size }: Digest): string => `${hash}/${size}`;

const NAMES = [
  ...['a', 'B', 'a.b', 'a-b', 'a0', '.hidden', '-dash', 'a b', "it's", 'new\nline'],
  ...['é', 'e\u0301', '日本', '\uff5e', '\u{1f600}'],
];
const name = fc.constantFrom(...NAMES);
const content = fc.uint8Array({ maxLength: 300 });
const written: fc.Arbitrary<Written | undefined> = fc.oneof(
  { weight: 5, arbitrary: content },
  {
    weight: 3,
    arbitrary: fc.record({ content, mode: fc.constantFrom(0o755, 0o700, 0o645, 0o654, 0o644, 0o600) }),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('a', '../B', './a/../日本', 'no/such/thing', '..')
      .map((symlink) => ({ symlink })),
  },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
/** Undefined stands for an empty folder. */
const files = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 }), written), { maxLength: 40, size: 'max' })
  .map((entries) => {
    const paths = new Map(entries.map(([names, what]) => [names.join('/'), what]));
    const leaves = [...paths].filter(
      ([path]) => ![...paths.keys()].some((one) => one.startsWith(`${path}/`)),
    );
    return Object.fromEntries(
      leaves.map(([path, what]): [string, Written] => (what === undefined ? [`${path}/`, ''] : [path, what])),
    );
  });

/** What casupload says that a folder is called. It asks for a server, and in a dry run speaks to none. */
function casupload(cwd: string, folder: string): string {
  const flags = ['--dry-run', '--remote=unix:no-server', '--output-digest-file=digest'];
  const { status, stderr } = spawnSync('casupload', [...flags, folder], { cwd, env, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  return readFileSync(join(cwd, 'digest'), 'utf8').trim();
}

withTools(['casupload'], 'random trees on the disk have the roots that casupload finds', () => {
  const trees = fc.sample(files, { numRuns: sampled(1_000, 30).length, seed: 1 });
  for (const [index, tree] of trees.entries()) {
    const dir = tempDir();
    write(join(dir, 'in'), { './': '', ...tree });
    assert.is(told(rootOf(join(dir, 'in'))), casupload(dir, 'in'), `tree ${index}`);
  }
});

withTools(['casupload'], 'an empty folder, a large one and names that are no UTF-8 have theirs, too', () => {
  const dir = tempDir();
  const large = Array.from({ length: 300 }, (_, index) => [`large/in/${index}`, `${index}`]);
  write(dir, { 'empty/': '', 'odd/a': '', ...Object.fromEntries(large) });
  writeFileSync(locate(join(dir, 'odd'), '\xff\xc3' as RawPath), '');
  for (const folder of ['empty', 'large', 'odd'])
    assert.is(told(rootOf(join(dir, folder))), casupload(dir, folder));
});

interface Case {
  /** For trexe. */
  flags: string[];
  command: Command;
  action: Omit<Action, 'command' | 'inputRoot'>;
}

/** trexe always names a platform and a working directory. */
const CASES: Case[] = [
  {
    flags: [],
    command: {
      ...{ arguments: ['true'], environment: {}, outputPaths: [] },
      workingDirectory: '.',
      platform: {},
    },
    action: { platform: {} },
  },
  {
    flags: [
      ...['--env=\u{1f600}=1', '--env=\uff5e=2', '--env=B=b=c', '--env=A=a b', '--env=AB=é'],
      ...['z/\u{1f600}', 'z/\uff5e', 'z', 'a-b', 'a', 'z'].map((path) => `--output-path=${path}`),
      ...['--working-dir=sub', '--platform-properties=OSFamily=linux,ISA=x86-64'],
      ...['--exec-timeout=90', '--salt=pepper'],
    ],
    command: {
      arguments: ['/bin/sh', '-c', `echo "é" '$X'`, '', '\u{1f600}'],
      environment: { '\u{1f600}': '1', '\uff5e': '2', B: 'b=c', A: 'a b', AB: 'é' },
      outputPaths: ['z/\u{1f600}', 'z/\uff5e', 'z', 'a-b', 'a', 'z'],
      workingDirectory: 'sub',
      platform: { OSFamily: 'linux', ISA: 'x86-64' },
    },
    action: {
      timeoutMs: 90_000,
      salt: Buffer.from('pepper'),
      platform: { OSFamily: 'linux', ISA: 'x86-64' },
    },
  },
  {
    flags: [`--env=A=${'y'.repeat(20_000)}`, '--output-path=o', '--do-not-cache'],
    command: {
      arguments: ['x'.repeat(300)],
      environment: { A: 'y'.repeat(20_000) },
      outputPaths: ['o'],
      workingDirectory: '.',
      platform: {},
    },
    action: { doNotCache: true, platform: {} },
  },
];

const TOOLS = ['buildbox-casd', 'trexe', 'casdownload'];
withTools(TOOLS, 'a server has the actions of trexe under the names that we give them', () => {
  const dir = tempDir();
  write(dir, {
    ...{ 'in/a': 'a', 'in/sub/b': { content: 'b', mode: 0o755 } },
    ...{ 'in/l': { symlink: 'sub/b' }, 'in/empty/': '' },
  });
  const inputRoot = rootOf(join(dir, 'in'));
  const server = spawn('buildbox-casd', ['--bind', 'unix:socket', 'store'], {
    cwd: dir,
    env,
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  atEnd('end the server', async () => {
    server.kill('SIGKILL');
    await ended;
  });
  // Whoever comes before it listens asks again.
  const remote = ['--remote=unix:socket', '--retry-limit=100', '--retry-delay=100'];
  const ask = (tool: string, args: string[]) =>
    spawnSync(tool, [...remote, ...args], { cwd: dir, env, encoding: 'utf8' });

  for (const [index, { flags, command, action }] of CASES.entries()) {
    // It is to be run by `false`, which fails: by then the server has it.
    const inputs = ['--do-not-follow-symlinks', '--input-path=in'];
    const how = ['--cache-only', '--buildbox-run=false', ...inputs];
    const { stderr } = ask('trexe', [...how, ...flags, '--', ...command.arguments]);
    const bytes = encodeCommand(command);
    for (const ours of [bytes, encodeAction({ ...action, command: digestOf(bytes), inputRoot })]) {
      const target = `${index}-${ours.length}`;
      const wanted = [`--destination-dir=${target}`, `--file-digest=${told(digestOf(ours))}`];
      assert.is(ask('casdownload', wanted).status, 0, `case ${index}: ${stderr}`);
      assert.ok(readFileSync(join(dir, target, 'blob')).equals(ours));
    }
  }
  const unknown = ['--destination-dir=unknown', `--file-digest=${oidOf(Buffer.from('unknown'))}/7`];
  assert.is.not(ask('casdownload', unknown).status, 0);
});
