// A transaction with one of everything in it, as a job for test/support/store-child.ts.

import {
  chmodSync,
  existsSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { look } from '../../src/base/look.ts';
import { locate } from '../../src/base/raw-path.ts';
import { printOf } from '../../src/base/stat-fingerprint.ts';
import type { Change, PathState } from '../../src/store/change.ts';
import { rawTree } from '../support/raw-tree.ts';
import type { StoreJob } from '../support/store-child.ts';
import { type Bench, bench, raw } from './support.ts';

export interface Scene extends Bench {
  before: Record<string, string>;
  job: string;
}

/** In seconds: one that any file system can tell exactly. */
const TIME = 1_700_000_000;

/** One of everything: replaced, removed and new; files, links, folders, each become each; read-only; odd names. */
export function scene(): Scene {
  const made = bench();
  const { root, store, folder } = made;
  const put = (path: string, content: string, mode = 0o644) => {
    writeFileSync(locate(root, raw(path)), content);
    chmodSync(locate(root, raw(path)), mode);
    utimesSync(locate(root, raw(path)), TIME, TIME);
  };
  for (const name of ['d', 'd/e', 'only', 'only/deep', 'locked', 'kept', '.ptask', '.ptask/staged'])
    mkdirSync(join(root, name));
  put('untouched', 'user');
  put('edit', 'old');
  linkSync(join(root, 'edit'), join(root, 'twin'));
  put('ro', 'old', 0o444);
  put('d/x', 'x');
  put('d/e/y', 'y');
  put('f', 'a file');
  put('only/deep/one', '1');
  put('locked/a', 'a');
  put('locked/b', 'b', 0o400);
  put('odd\n\xff', 'odd', 0o4711);
  put('to-link', 'file');
  symlinkSync('kept', join(root, 'to-file'));
  symlinkSync('nowhere', join(root, 'link'));
  symlinkSync('kept', join(root, 'to-folder'));
  for (const link of ['to-file', 'link', 'to-folder']) lutimesSync(join(root, link), TIME, TIME);
  chmodSync(join(root, 'locked'), 0o555);

  let number = 0;
  const file = (content: string, mode = 0o644): PathState => {
    number += 1;
    if (number % 2 === 0)
      return { kind: 'file', mode, content: { oid: store.putBytes(Buffer.from(content)) } };
    const moved = join(root, '.ptask/staged', String(number));
    writeFileSync(moved, content);
    return { kind: 'file', mode, content: { moved } };
  };
  const absent: PathState = { kind: 'absent' };
  const wanted: [string, PathState][] = [
    ['edit', file('new')],
    ['ro', file('new', 0o444)],
    ['d', file('a file now', 0o755)],
    ['d/x', absent],
    ['d/e/y', absent],
    ['f', absent],
    ['f/g/h', file('in a folder now')],
    ['only/deep/one', absent],
    ['locked/a', file('new')],
    ['locked/b', absent],
    ['locked/c', file('c')],
    ['odd\n\xff', file('odder', 0o2700)],
    ['to-link', { kind: 'link', target: raw('\xff\xfe') }],
    ['to-file', file('a file')],
    ['link', { kind: 'link', target: raw('untouched') }],
    ['to-folder', absent],
    ['to-folder/new', file('not in kept')],
    ['kept', { kind: 'folder', mode: 0o500 }],
    ['empty/er', { kind: 'folder', mode: 0o555 }],
    ['new', file('')],
  ];
  const changes = wanted.map(([path, after]): Change => {
    const now = look(locate(root, raw(path)));
    if (now?.isDirectory()) return { path: raw(path), after };
    return { path: raw(path), before: printOf(now), after };
  });
  const job: StoreJob = { root, transactions: folder, store: join(root, '.ptask/store'), changes };
  writeFileSync(join(root, '.ptask/job'), JSON.stringify(job));
  return { ...made, before: rawTree(root), job: join(root, '.ptask/job') };
}

/** Of its transactions. */
export const statesOf = ({ folder }: Bench): string[] =>
  existsSync(folder)
    ? readdirSync(folder).map((id) => (existsSync(join(folder, id, 'done')) ? 'done' : id))
    : [];
