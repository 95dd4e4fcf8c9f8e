import fc from 'fast-check';
import { checkPattern } from '../../../src/plan/patterns/check.ts';
import { matcher, overlap, staticPrefix } from '../../../src/plan/patterns/index.ts';
import { isNormalised } from '../../../src/plan/patterns/normalised.ts';
import { Pattern } from '../../../src/plan/patterns/pattern.ts';
import { isUnder } from '../../../src/plan/patterns/prefix.ts';
import { assert, suite } from '../../support/suite.ts';
import { list, PATHS, pattern, RUNS, truth } from './grammar.ts';

const test = suite('plan/patterns/properties');

const SEED = process.env.PTASK_TEST_SEED;
const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns: RUNS, ...seed });
const seed = SEED === undefined ? {} : { seed: Number(SEED) };

test('all three ways of matching a pattern agree with micromatch', () => {
  check(pattern, (text) => {
    if (text.startsWith('!') && text[1] !== '(') return;
    const compiled = new Pattern(text);
    const isMatch = truth([text], 'files');
    const isListed = truth([text], 'folders');
    const match = matcher([text]);
    const placed = compiled.at(compiled.prefix, 'whole');
    const own = compiled.at('', 'whole');
    for (const path of PATHS) {
      const expected = isMatch(path);
      if (compiled.undecided === undefined) {
        assert.is(compiled.matches(path), expected, `matches ${JSON.stringify([text, path])}`);
        assert.is(match(path), isListed(path), `matcher ${JSON.stringify([text, path])}`);
      } else assert.ok(match(path) || !expected || !isUnder(path, compiled.prefix));
      if (compiled.literal !== undefined || !own || !placed) continue;
      assert.is(own.dfa.matches(path), expected, `DFA ${JSON.stringify([text, path])}`);
      assert.is(own.dfa.automaton.accepts(path), expected, `linear ${JSON.stringify([text, path])}`);
      if (!isUnder(path, compiled.prefix)) continue;
      const below = placed.before + path.slice(compiled.prefix.length);
      assert.is(placed.dfa.matches(below), expected, `shared DFA ${JSON.stringify([text, path])}`);
    }
  });
});

test('what a pattern matches lies at or under its prefix, and a pattern that matches nothing is a problem', () => {
  check(pattern, (text) => {
    if (text.startsWith('!') && text[1] !== '(') return;
    const isMatch = truth([text], 'folders');
    const prefix = staticPrefix(text);
    const hits = PATHS.filter(isMatch);
    for (const path of hits) assert.ok(isUnder(path, prefix), JSON.stringify([text, path, prefix]));
    const problem = checkPattern(text);
    if (problem?.message.startsWith('No path')) {
      assert.ok(
        hits.every((path) => path === text),
        JSON.stringify([text, hits]),
      );
    }
    if (problem === undefined)
      assert.is.not(overlap([text], ['**']).overlap, false, `satisfiable ${JSON.stringify(text)}`);
  });
});

test('a path that two lists match is an overlap; a witness is matched by both', () => {
  check(fc.tuple(list, list), ([a, b]) => {
    const inA = truth(a, 'files');
    const inB = truth(b, 'files');
    const answer = overlap(a, b);
    const { witness } = answer;
    if (witness !== undefined && answer.exact) {
      const both = isNormalised(witness) && inA(witness) && inB(witness);
      assert.ok(both, `witness ${JSON.stringify([a, b, witness])}`);
      const [i, j] = answer.patterns as [number, number];
      assert.ok(
        truth([a[i] as string], 'files')(witness) && truth([b[j] as string], 'files')(witness),
        'patterns',
      );
    }
    assert.is(answer.overlap && answer.exact, witness !== undefined && answer.reason === undefined);
    if (!answer.exact) assert.ok(answer.overlap && answer.reason, 'a reason');
    if (answer.overlap) return;
    for (const path of PATHS) assert.not(inA(path) && inB(path), `missed ${JSON.stringify([a, b, path])}`);
  });
});

test('overlap is symmetric', () => {
  check(fc.tuple(list, list), ([a, b]) => {
    const one = overlap(a, b);
    const two = overlap(b, a);
    assert.equal([one.overlap, one.exact], [two.overlap, two.exact], JSON.stringify([a, b]));
  });
});
