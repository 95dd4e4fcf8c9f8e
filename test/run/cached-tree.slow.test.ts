/**
 * The promise of the cache: whatever was edited since, and whatever has become of the cache, a run that takes results from it ends with
 * the tree of one that runs everything. Random tasks with honest declarations, random edits, also while tasks run, random damage, and
 * another work tree that shares the store and runs now and then.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { lookedUp, notStored, treeOf } from './cached-support.ts';
import {
  type Deed,
  deeds,
  type Edit,
  edit,
  edits,
  harm,
  mayAbort,
  readOnly,
  taskOf,
} from './cached-tree-deeds.ts';
import { assertSame, ground, type IsolatedRun, runIn, told } from './isolation-support.ts';

const test = suite('run/cached-tree');

const START = {
  'src/a/one': 'one\n',
  'src/a/two': 'todo\n',
  'src/b/three': 'three\n',
  'lib/four': 'four\n',
  'docs/five': 'five\n',
  'docs/six.tmp': 'six\n',
};

const template = await ground({
  ...START,
  'base/keep': '',
  'deep/keep': '',
  ln: { symlink: 'lib' },
  lw: { symlink: 'deep' },
  '.env': 'FROM_FILE=first\n',
  '.gitignore': 'out/\n*.log\n',
});

interface Step {
  edits: Edit[];
  /** Made as the n-th event of the run comes. */
  during: { event: number; edits: Edit[] } | null;
  /** Of the store. */
  harm: number | null;
  /** The value of a variable that joins the key. */
  asked: number;
  /** Whether the other work tree runs as well. */
  other: boolean;
}

interface Case {
  deeds: Deed[];
  /** A worktree has the store of its repository, a clone one that it is told of. */
  sharing: 'worktree' | 'clone';
  steps: Step[];
}

const steps: fc.Arbitrary<Step> = fc.record({
  edits,
  during: fc.option(fc.record({ event: fc.integer({ min: 2, max: 20 }), edits }), { freq: 5 }),
  harm: fc.option(fc.nat(100_000), { freq: 2 }),
  asked: fc.nat(1),
  other: fc.boolean(),
});

const cases: fc.Arbitrary<Case> = fc.record({
  deeds,
  sharing: fc.constantFrom('worktree', 'clone'),
  steps: fc.array(steps, { minLength: 2, maxLength: 5 }),
});

const count = { cases: 0, runs: 0, hits: 0, misses: 0, unkept: 0 };

const ALWAYS = [{ edits: [], during: null, harm: null, asked: 0, other: true }];
const OFF = { reads: false, writes: false };

/** A tree that runs everything, and one that has a cache: they are to be the same. */
interface Pair {
  plain: string;
  cached: string;
  /** What was edited since it has run last. */
  pending: Edit[];
}

async function check({ deeds: all, sharing, steps }: Case): Promise<void> {
  const parent = tempDir();
  const place = (name: string): string => join(parent, name, 'repo');
  const copy = (from: string, to: string): void => {
    rmSync(to, { recursive: true, force: true });
    // Of Node's own ways none knows names that are no UTF-8.
    execFileSync('cp', ['-a', from, to]);
  };
  const pairs = ['first', 'other'].map(
    (name): Pair => ({ plain: place(`plain-${name}`), cached: place(`cached-${name}`), pending: [] }),
  ) as [Pair, Pair];
  const [first, other] = pairs;
  for (const { plain, cached } of pairs)
    for (const dir of [plain, cached]) {
      mkdirSync(join(dir, '..'));
      if (dir !== other.cached || sharing === 'clone') copy(template.dir, dir);
      else
        execFileSync('git', ['worktree', 'add', '--quiet', '--detach', dir], {
          cwd: first.cached,
          env: hermeticEnv(),
        });
    }
  const store = sharing === 'clone' ? join(parent, 'store') : join(first.cached, '.git/ptask/cache');
  const config = {
    dotenv: ['.env'],
    cache: { env: ['ASKED_*'], ...(sharing === 'clone' && { dir: store }) },
    tasks: Object.fromEntries(all.map((deed, index) => [`t${index}`, taskOf(deed, index, all)])),
  };
  const trace: string[] = [];
  const both = async (pair: Pair, { during, asked }: Step): Promise<void> => {
    const { plain, cached, pending } = pair;
    for (const dir of [plain, cached]) edit(dir, pending, START);
    pair.pending = [];
    const env = hermeticEnv({ ASKED_ONE: String(asked), TZ: asked === 0 ? 'UTC' : 'Asia/Tokyo' });
    const options = { env, concurrency: { kind: 'count', count: 3 } } as const;
    const surprise = { ...options, env: { ...env, NOBODYS: 'of the caller' } };
    if (during !== null) {
      let left = during.event;
      const dirs = readOnly(all);
      const made = during.edits.filter(({ kind }) => kind !== 'spoil' && kind !== 'wipe');
      const onEvent = (): void => {
        left -= 1;
        if (left === 0 && dirs.length > 0) edit(cached, made, START, dirs);
      };
      note(await runIn(cached, config, { ...surprise, onEvent }), 'disturbed');
      // What has come of it is a matter of chance, but not what comes after it.
      copy(cached, plain);
    }
    const expected = await runIn(plain, config, { ...options, cache: OFF });
    const run = await runIn(cached, config, surprise);
    note(run, pair === first ? 'first' : 'other');
    const about = () =>
      `${JSON.stringify({ sharing, all, steps })}\n${trace.join('\n')}\n${told(run)}\nwithout: ${told(expected)}`;
    assertSame(treeOf(cached), treeOf(plain), about);
    if (mayAbort(all)) return;
    const ends = ({ report }: IsolatedRun): Record<string, string> =>
      Object.fromEntries(
        report.tasks.map(({ id, status, outputs, notes }) => [
          id,
          JSON.stringify([status, outputs, (notes ?? []).map(({ kind, text }) => [kind, text])]),
        ]),
      );
    assertSame(ends(run), ends(expected), about);
  };
  const note = (run: IsolatedRun, name: string): void => {
    trace.push(`${name}: ${[...lookedUp(run), ...notStored(run)].join(' | ')}`);
    const looked = lookedUp(run).filter((each) => each.startsWith('hit')).length;
    count.runs += 1;
    count.hits += looked;
    count.misses += lookedUp(run).length - looked;
    count.unkept += notStored(run).length;
  };
  for (const step of [...ALWAYS, ...steps]) {
    for (const pair of pairs) pair.pending.push(...step.edits);
    if (step.harm !== null) harm(store, step.harm);
    await both(first, step);
    if (step.other) await both(other, { ...step, during: null });
  }
  count.cases += 1;
  rmSync(parent, { recursive: true, force: true });
}

test('property: a run with the cache ends with the tree of one without it', {
  timeout: 3_600_000,
}, async () => {
  const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 25);
  const seed = process.env.PTASK_TEST_SEED;
  await fc.assert(fc.asyncProperty(cases, check), {
    numRuns,
    includeErrorInReport: true,
    endOnFailure: process.env.PTASK_TEST_SHRINK === undefined,
    ...(seed !== undefined && { seed: Number(seed) }),
  });
  console.log(
    `${count.cases} cases, ${count.runs} runs, ${count.hits} hits, ${count.misses} misses, ${count.unkept} not kept`,
  );
  assert.ok(count.hits > count.runs / 4, 'hardly anything came from the cache');
});
