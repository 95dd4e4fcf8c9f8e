import fc from 'fast-check';
import { JS, NFA } from 'refa';
import { readGlob } from '../../../src/plan/patterns/glob.ts';
import { overlap } from '../../../src/plan/patterns/index.ts';
import { assert, suite } from '../../support/suite.ts';
import { RUNS } from './grammar.ts';

const test = suite('plan/patterns/refa');

/** An independent library decides the same question where it can: it takes no look-aheads, so segments start plainly. */
function nfa(source: string): NFA {
  const { expression, maxCharacter } = JS.Parser.fromLiteral({ source, flags: 's' }).parse({
    assertions: 'throw',
  });
  return NFA.fromRegex(expression, { maxCharacter });
}

const SEGMENT = '(?:[^./\\0][^/\\0]*|\\.[^./\\0][^/\\0]*|\\.\\.[^/\\0]+)';
const PATHS = nfa(`${SEGMENT}(?:/${SEGMENT})*`);

const part = fc.constantFrom(
  'a',
  'b',
  '.',
  '?',
  '*',
  '[ab]',
  '[!a]',
  '{a,b}',
  '{1..3}',
  'a{,b}',
  '(a|b*)',
  '{c,d*}',
  '[a-c]*',
);
const segment = fc.tuple(fc.constantFrom('a', 'b', 'ab', '[ab]', '{a,b}'), fc.array(part, { maxLength: 4 }));
const glob = fc
  .array(segment, { minLength: 1, maxLength: 3 })
  .map((segments) => segments.map(([first, rest]) => first + rest.join('')).join('/'));

test('overlap agrees with refa where it converts', () => {
  let converted = 0;
  const property = fc.property(glob, glob, (a, b) => {
    let expected: boolean;
    try {
      const [one, two] = [a, b].map((text) => {
        const read = readGlob(text);
        return nfa(
          ('regex' in read ? read.regex.source : '')
            .replace(/^\^|\$$/g, '')
            .replace(/^\(\?:\^(.*)\$\)$/, '$1'),
        );
      }) as [NFA, NFA];
      expected = !NFA.fromIntersection(NFA.fromIntersection(one, two), PATHS).isEmpty;
    } catch {
      return;
    }
    converted++;
    const answer = overlap([a], [b]);
    // micromatch also takes a path that equals a pattern's text, which no expression says.
    if (answer.witness === a || answer.witness === b) return;
    assert.equal([answer.overlap, answer.exact], [expected, true], JSON.stringify([a, b]));
  });
  fc.assert(property, { numRuns: RUNS });
  assert.ok(converted > RUNS / 4, `only ${converted} of ${RUNS} converted`);
});
