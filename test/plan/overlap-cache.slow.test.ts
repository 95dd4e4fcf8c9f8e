// What searches have told is remembered, and no plan is any other for it.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { cacheFile } from '../../src/base/cache-file.ts';
import { Answers } from '../../src/plan/overlap-cache.ts';
import { type Overlap, overlap, type PatternList } from '../../src/plan/patterns/index.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { configOf, NO_WORKTREES, planNow } from './support.ts';

const test = suite('plan/overlap-cache');
const numRuns = Math.max(20, Number(process.env.PTASK_TEST_RUNS ?? 300) / 5);

const fileOf = (root: string): string => cacheFile(root, 'answers') as string;
const ALWAYS = { worthwhileMs: 0 };

/** The answers about all pairs, as the planner asks for them. */
function ask(root: string, lists: readonly PatternList[], limits: { most?: number } = {}): Overlap[] {
  const answers = new Answers(root, lists, { ...ALWAYS, ...limits });
  const all = lists.flatMap((_, first) =>
    lists.slice(first).map((__, after) => answers.of(first, first + after)),
  );
  answers.save();
  return all;
}

const plain = (lists: readonly PatternList[]): Overlap[] =>
  lists.flatMap((a, first) => lists.slice(first).map((b) => overlap(a, b)));

const pieces = ['a', 'src', '*', '**', '!(a)*', '@(a|b)', '*.{ts,tsx}', '[!x]?', '+(a|b)*', 'é*', '{1..3}*'];
const pattern = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 })
  .map((all) => all.join('/'));
const list = fc
  .tuple(fc.array(pattern, { minLength: 1, maxLength: 2 }), fc.array(pattern, { maxLength: 1 }))
  .map(([includes, excludes]) => [...includes, ...excludes.map((text) => `!${text}`)]);
const some = fc.array(list, { minLength: 1, maxLength: 7 });

/** Puts what is no answer to anything into the place of all answers, under the old seal. */
const lying = (text: string): string => text.replaceAll('"overlap":true', '"overlap":false');
const DAMAGES: readonly ((text: string, at: number) => string)[] = [
  (text, at) => text.slice(0, at),
  (text, at) => `${text.slice(0, at)}0${text.slice(at + 1)}`,
  (text, at) => text.slice(at),
  lying,
  (text) => text.replace(/^.*/, '0'.repeat(64)),
  (text) => `${text}\n["a"]\t1\t1`,
  () => '',
  () => '\0\n\n',
];

test('property: the answers are the same without what is remembered, with it, and with what is damaged', () => {
  fc.assert(
    fc.property(some, some, fc.nat(), (lists, others, at) => {
      const root = tempDir();
      const fresh = plain(lists);
      assert.equal(ask(root, lists), fresh, 'cold');
      assert.equal(ask(root, lists), fresh, 'warm');
      assert.equal(ask(root, [...others, ...lists]), plain([...others, ...lists]), 'with more lists');
      assert.equal(ask(root, lists.toReversed()), plain(lists.toReversed()), 'the other way round');
      if (!existsSync(fileOf(root))) return;
      const kept = readFileSync(fileOf(root), 'utf8');
      for (const damage of DAMAGES) {
        writeFileSync(fileOf(root), damage(kept, at % (kept.length + 1)));
        assert.equal(ask(root, lists), fresh, damage.toString());
      }
    }),
    { numRuns },
  );
});

const odd = (count: number): string[][] =>
  Array.from({ length: count }, (_, at) => [`src/**/!(x${at})*.{ts,tsx}`]);

test('property: a plan is the same with and without', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 5 }), fc.nat(), (lists, at) => {
      const tasks = lists.map((writes, index) => [`t${index}`, { run: ':', writes, reads: lists[0] }]);
      const yaml = JSON.stringify({ tasks: Object.fromEntries(tasks) });
      const planned = (root: string): string => {
        try {
          return JSON.stringify(planNow(configOf(yaml, root), { isolation: NO_WORKTREES }));
        } catch {
          // No valid config, with or without.
          return '';
        }
      };
      const root = tempDir();
      const fresh = planned(root);
      ask(root, lists);
      assert.is(planned(root), fresh);
      if (!existsSync(fileOf(root))) return;
      const kept = readFileSync(fileOf(root), 'utf8');
      for (const damage of DAMAGES) {
        writeFileSync(fileOf(root), damage(kept, at % (kept.length + 1)));
        assert.is(planned(root), fresh);
      }
    }),
    { numRuns: numRuns / 2 },
  );
});

test('what is remembered is used, by the same lists in whichever company', () => {
  const root = tempDir();
  const lists = odd(12);
  ask(root, lists);
  const written = statSync(fileOf(root)).mtimeMs;
  const answers = new Answers(root, [['docs/*'], ...lists.slice(3)], { worthwhileMs: 0.000_001 });
  for (let first = 1; first < 10; first++)
    for (let second = first; second < 10; second++) answers.of(first, second);
  answers.save();
  assert.is(statSync(fileOf(root)).mtimeMs, written, 'nothing was searched for');
});

test('only what took long is written, and only where there is a folder', () => {
  const root = tempDir();
  const answers = new Answers(root, odd(3));
  answers.of(0, 1);
  answers.save();
  assert.not.ok(existsSync(fileOf(root)));
  const nowhere = join(root, 'not/there');
  assert.equal(ask(nowhere, odd(3)), plain(odd(3)));
  assert.not.ok(existsSync(nowhere));
  mkdirSync(dirname(dirname(fileOf(root))), { recursive: true });
  writeFileSync(dirname(fileOf(root)), 'a file');
  assert.equal(ask(root, odd(3)), plain(odd(3)));
  rmSync(dirname(fileOf(root)));
});

test('lists that have not been used for longest go first', () => {
  const root = tempDir();
  const most = 2_000;
  const [old, now] = [odd(40).slice(0, 20), odd(40).slice(20)];
  ask(root, old, { most });
  ask(root, now, { most });
  const text = readFileSync(fileOf(root), 'utf8');
  assert.ok(text.length <= most + 200, `${text.length} characters`);
  for (const written of now) assert.ok(text.includes(JSON.stringify(written)), 'what was just used');
  assert.not.ok(old.every((written) => text.includes(JSON.stringify(written))));
  assert.equal(ask(root, [...old, ...now], { most }), plain([...old, ...now]));
});

test('a file from another folder is not believed', () => {
  const [root, other] = [tempDir(), tempDir()];
  ask(root, odd(3));
  ask(other, odd(4));
  const foreign = readFileSync(fileOf(root), 'utf8');
  writeFileSync(fileOf(other), foreign);
  assert.equal(ask(other, odd(3)), plain(odd(3)));
  assert.not.ok(readFileSync(fileOf(other), 'utf8') === foreign, 'searched for again');
});
