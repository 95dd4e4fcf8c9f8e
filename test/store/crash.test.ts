// SIGKILL and a full disk at every single call of a transaction, and SIGKILL at every call of its recovery; at some of
// them unless PTASK_TEST_RUNS asks for all.
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { look } from '../../src/base/look.ts';
import { locate } from '../../src/base/raw-path.ts';
import type { Change, Wanted } from '../../src/store/change.ts';
import { printOf } from '../../src/store/print.ts';
import { repositoryRoot } from '../support/env.ts';
import { bundleChild, countCalls, runChild } from '../support/killed.ts';
import { rawTree } from '../support/raw-tree.ts';
import { each, sampled } from '../support/sample.ts';
import type { StoreJob } from '../support/store-child.ts';
import { assert, suite } from '../support/suite.ts';
import { asOrdinaryUser, type Bench, bench, raw } from './support.ts';

const test = suite('store/crash');
/** The child that is killed is made of files of the repository. */
const asReader = (run: () => Promise<void>) => asOrdinaryUser(run, repositoryRoot);
let child = '';
test.before(
  asReader(async () => {
    child = await bundleChild();
  }),
);

interface Scene extends Bench {
  before: Record<string, string>;
  job: string;
}

/** One of everything: replaced, removed and new; files, links, folders, each become each; read-only; odd names. */
function scene(): Scene {
  const made = bench();
  const { root, store, folder } = made;
  const put = (path: string, content: string, mode = 0o644) => {
    writeFileSync(locate(root, raw(path)), content);
    chmodSync(locate(root, raw(path)), mode);
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
  chmodSync(join(root, 'locked'), 0o555);

  let number = 0;
  const file = (content: string, mode = 0o644): Wanted => {
    number += 1;
    if (number % 2 === 0)
      return { kind: 'file', mode, content: { oid: store.putBytes(Buffer.from(content)) } };
    const moved = join(root, '.ptask/staged', String(number));
    writeFileSync(moved, content);
    return { kind: 'file', mode, content: { moved } };
  };
  const absent: Wanted = { kind: 'absent' };
  const wanted: [string, Wanted][] = [
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
  const changes = wanted.map(([path, to]): Change => {
    const now = look(locate(root, raw(path)));
    if (now?.isDirectory()) return { path: raw(path), to };
    return { path: raw(path), to, expect: now === undefined ? 'absent' : printOf(now) };
  });
  const job: StoreJob = { root, transactions: folder, store: join(root, '.ptask/store'), changes };
  writeFileSync(join(root, '.ptask/job'), JSON.stringify(job));
  return { ...made, before: rawTree(root), job: join(root, '.ptask/job') };
}

const statesOf = ({ folder }: Bench): string[] =>
  existsSync(folder)
    ? readdirSync(folder).map((id) => (existsSync(join(folder, id, 'done')) ? 'done' : id))
    : [];

/** The tree when nothing goes wrong, and how many calls that takes. */
async function complete() {
  const made = scene();
  const { calls, spacious, outcome } = await countCalls(child, ['replace', made.job], `${made.job}.count`);
  assert.equal(outcome.stdout, '{"ok":true,"id":"0001"}', outcome.stderr);
  const after = rawTree(made.root);
  assert.not.equal(after, made.before);
  assert.equal(after.d, '755 a file now');
  assert.equal(after['f/g/h'], '644 in a folder now');
  assert.equal(after.twin, '644 old');
  assert.equal(after['locked/'], '555');
  assert.not.ok('only/' in after);
  const { changes } = await made.transactions.undo('0001');
  assert.equal(await made.transactions.replace(changes, 'undo'), { ok: true, id: '0002' });
  assert.equal(rawTree(made.root), made.before);
  return { after, calls, spacious };
}

test(
  'killed at every call, recovered: the tree before or the tree after',
  { timeout: 180_000 },
  asReader(async () => {
    const { after, calls } = await complete();
    assert.ok(calls > 60, String(calls));
    let rolledBack = 0;
    const cases = sampled(calls + 1, 24);
    await each(cases, async (n) => {
      const made = scene();
      const { signal, stdout } = await runChild(child, ['replace', made.job], { CRASH_AT: String(n) });
      assert.equal(signal, n <= calls ? 'SIGKILL' : null, stdout);
      const { edited } = await made.recover();
      const isDone = statesOf(made).includes('done');
      assert.equal(edited, [], `call ${n}`);
      assert.equal(rawTree(made.root), isDone ? after : made.before, `call ${n}`);
      assert.equal(statesOf(made), isDone ? ['done'] : [], `call ${n}`);
      if (!isDone) rolledBack += 1;
    });
    assert.ok(rolledBack > cases.length / 2, `${rolledBack} of ${cases.length}`);
  }),
);

test(
  'recovery killed at every call, again and again',
  { timeout: 240_000 },
  asReader(async () => {
    const { calls } = await complete();
    /** The last call before the transaction has happened, from where all of it is to be taken back. */
    let last = 0;
    let most = 0;
    for (let n = calls; last === 0; n--) {
      const made = scene();
      await runChild(child, ['replace', made.job], { CRASH_AT: String(n) });
      if (statesOf(made).includes('done')) continue;
      last = n;
      most = (await countCalls(child, ['recover', made.job], `${made.job}.count`)).calls;
      assert.equal(rawTree(made.root), made.before);
    }
    assert.ok(most > 30, String(most));
    const check = async (n: number, kills: number[]) => {
      const made = scene();
      await runChild(child, ['replace', made.job], { CRASH_AT: String(n) });
      for (const kill of kills) await runChild(child, ['recover', made.job], { CRASH_AT: String(kill) });
      assert.equal((await made.recover()).edited, [], `call ${n}, then ${kills}`);
      assert.equal(rawTree(made.root), made.before, `call ${n}, then ${kills}`);
      assert.equal(statesOf(made), [], `call ${n}, then ${kills}`);
    };
    await each(sampled(most, 10), (kill) => check(last, [kill, kill]));
    await each(sampled(last, 12), (n) => check(n, [1 + ((n * 7) % most), 1 + ((n * 13) % most)]));
  }),
);

test(
  'a full disk at every call that needs space: the tree before, at once',
  { timeout: 180_000 },
  asReader(async () => {
    const { spacious } = await complete();
    assert.ok(spacious > 20, String(spacious));
    await each(sampled(spacious, 12), async (n) => {
      const made = scene();
      const { signal, stdout, stderr } = await runChild(child, ['replace', made.job], {
        CRASH_ENOSPC_AT: String(n),
      });
      assert.equal(signal, null, stderr);
      // Whether what has happened outlives a power cut cannot be known on a full disk; it has happened.
      if (stdout === '{"ok":true,"id":"0001"}') return;
      assert.match(stdout, /ENOSPC/, `call ${n} ${stderr}`);
      assert.equal(rawTree(made.root), made.before, `call ${n}`);
      assert.equal(statesOf(made), [], `call ${n}`);
    });
  }),
);

test(
  'what is edited between a kill and the recovery stays, and its former content is kept',
  { timeout: 60_000 },
  asReader(async () => {
    const { calls } = await complete();
    let seen = 0;
    await each(sampled(calls, 16), async (n) => {
      const made = scene();
      await runChild(child, ['replace', made.job], { CRASH_AT: String(n) });
      const id = join(made.folder, '0001');
      if (!existsSync(join(id, 'manifest'))) return;
      // As an editor saves: a new file under the old name.
      writeFileSync(join(made.root, 'mine'), 'typed by a person');
      renameSync(join(made.root, 'mine'), join(made.root, 'edit'));
      const wasDisplaced = existsSync(join(id, 'before/0'));
      const { edited, rolledBack } = await made.recover();
      assert.equal(rolledBack, ['a change of the test']);
      assert.equal(edited, wasDisplaced ? ['edit'] : [], `call ${n}`);
      assert.equal(rawTree(made.root), { ...made.before, edit: '644 typed by a person' }, `call ${n}`);
      if (!wasDisplaced) return;
      seen += 1;
      assert.equal(readFileSync(join(id, 'before/0'), 'utf8'), 'old');
      assert.equal(await made.recover(), { rolledBack: [], edited: [] });
    });
    assert.ok(seen > 3, String(seen));
  }),
);
