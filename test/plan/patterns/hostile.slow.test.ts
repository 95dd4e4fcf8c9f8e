import { Automaton } from '../../../src/plan/patterns/automaton.ts';
import { Dfa } from '../../../src/plan/patterns/dfa.ts';
import { readGlob } from '../../../src/plan/patterns/glob.ts';
import { checkPattern, matcher, overlap } from '../../../src/plan/patterns/index.ts';
import { LimitReached, MAX_FORMULAS, MAX_STATES } from '../../../src/plan/patterns/limits.ts';
import { Pattern } from '../../../src/plan/patterns/pattern.ts';
import { readRegex } from '../../../src/plan/patterns/regex.ts';
import { findPath } from '../../../src/plan/patterns/search.ts';
import { assert, suite } from '../../support/suite.ts';

const test = suite('plan/patterns/hostile');

const nested = (sign: string, depth: number): string => `${`${sign}(`.repeat(depth)}a${')'.repeat(depth)}`;

const HOSTILE: Record<string, string> = {
  'star of not': '*(!(foo))',
  'star of nots and stars': '*(!(foo)|!(bar)|*(a|b))',
  'nots, nested': nested('!', 60),
  'pluses, nested': nested('+', 60),
  'thousands deep': nested('+', 3_000),
  'range without end': '{1..100000}',
  'two ranges': '{1..1000}/{1..1000}',
  'many stars': '*a'.repeat(5_000),
  'many question marks': '?'.repeat(10_000),
  'many braces': '{a,b}'.repeat(2_000),
  'many braces with stars': '{a,b*}'.repeat(1_600),
  'wide braces': `{${Array.from({ length: 1_900 }, (_, i) => `w${i}`)}}`,
  'many nots': '!(a)!(b)!(c)!(d)'.repeat(600),
  'many nots with stars': '!(*a*)!(*b*)'.repeat(100),
  'ambiguous repeats': '+(a|aa)'.repeat(20),
  'ambiguous repeats, many': '+(a|b|ab)+(ab|ba)'.repeat(500),
  'group repeated by a plus': '{*a,*a}+b',
  'open brackets': '['.repeat(9_999),
  'every character apart': Array.from(
    { length: 2_000 },
    (_, i) => `[${String.fromCharCode(0x4e00 + 2 * i)}]`,
  ).join(''),
  'a window, 2^20 states': `*a${'?'.repeat(20)}`,
  'no window': `!(*a${'?'.repeat(20)}*)`,
  'empty alternatives': `{${','.repeat(9_000)}}`,
  'top-level pipes': 'a|'.repeat(5_000),
  'too long': 'a*'.repeat(50_000),
  'look-aheads, nested': `${'(?=*a'.repeat(60)}${')'.repeat(60)}`,
};

const NAMES = [`${'a'.repeat(27)}!`, 'foo/'.repeat(30), 'ab'.repeat(100), 'a'];

for (const [name, pattern] of Object.entries(HOSTILE)) {
  test(`${name}: bounded, and never a false no`, () => {
    const match = matcher([pattern]);
    const hits = NAMES.filter(match);
    checkPattern(pattern);
    for (const other of [['**/*a*b?'], ['*(!(foo))', '!x*', `!**/*a${'?'.repeat(17)}`], [pattern]]) {
      const answer = overlap([pattern], other);
      if (!answer.exact) assert.ok(answer.overlap && answer.reason);
      if (!answer.overlap) assert.is(hits.filter(matcher(other)).length, 0);
      if (answer.witness !== undefined && answer.exact) assert.ok(match(answer.witness));
    }
  });

  test(`${name}: counted`, () => {
    const glob = readGlob(pattern);
    if (!('regex' in glob)) return;
    const regex = readRegex(glob.regex.source);
    assert.ok(Array.isArray(regex));
    try {
      const dfa = new Dfa(new Automaton(regex));
      const budget = { states: 5_000 };
      findPath([{ dfa, before: '', wanted: true }], budget);
      assert.ok(dfa.size <= MAX_STATES && dfa.automaton.formulas.size <= 2 * MAX_FORMULAS);
      assert.ok(budget.states >= -10_001);
    } catch (error) {
      assert.instance(error, LimitReached);
    }
  });
}

test('a DFA that is full matches on, the slow way', () => {
  const pattern = new Pattern(`(*a${'?'.repeat(20)}*b|c)`);
  const dfa = pattern.at('', 'whole')?.dfa as Dfa;
  for (let seed = 1; seed < 16; seed++) {
    let name = '';
    for (let i = 0, x = seed; i < 800; i++, x = (x * 48_271) % 2_147_483_647) name += x & 64 ? 'a' : 'b';
    const expected = name.endsWith('b') && name.indexOf('a') < name.length - 21;
    assert.is(pattern.matches(name), expected);
    assert.is(dfa.automaton.accepts(name), expected);
    assert.ok(dfa.size <= MAX_STATES);
  }
});

test('answers do not depend on what was asked before', () => {
  const ask = () => overlap(['@(*a??????????|x)'], ['@(*b??????????|y)']);
  const before = JSON.stringify(ask());
  for (let i = 0; i < 60; i++) matcher(['@(*a??????????|x)'])('ab'.repeat(i) + String(i));
  assert.is(JSON.stringify(ask()), before);
});
