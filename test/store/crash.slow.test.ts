// SIGKILL and a full disk at every single call of a transaction, and SIGKILL at every call of its recovery; at some of
// them unless PTASK_TEST_RUNS asks for all.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { bundleChild, countCalls, runChild } from '../support/killed.ts';
import { rawTree } from '../support/raw-tree.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';
import { scene, statesOf } from './crash-scene.ts';
import { asOrdinaryUser } from './support.ts';

const test = suite('store/crash');
/** The child that is killed is made of files of the repository. */
const asReader = (run: () => Promise<void>) => asOrdinaryUser(run, repositoryRoot);
let child = '';
test.before(
  asReader(async () => {
    child = await bundleChild();
  }),
);

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
