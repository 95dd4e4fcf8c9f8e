// `${NAME}` in the values of `env`.
import {
  foldersIn,
  keyTextsOf,
  literally,
  lookupIn,
  problemIn,
  unsetIn,
  valuesOf,
} from '../../src/config/variables.ts';
import { assert, suite } from '../support/suite.ts';
import { problems } from './support.ts';

const test = suite('config/variables');

const OUTER: Record<string, string> = { A: 'one', EMPTY: '', PATH: '/bin' };
const value = (text: string): string | undefined => valuesOf({ X: text }, (name) => OUTER[name]).X;

test('a variable, what holds without it, and what is none', () => {
  const cases: [text: string, value: string][] = [
    ['plain $A $$ {A} ${A}', 'plain $A $$ {A} one'],
    ['${A}${A}', 'oneone'],
    ['${NONE:-two}', 'two'],
    ['${A:-two}', 'one'],
    ['${EMPTY:-two} ${EMPTY-two}', 'two '],
    ['${NONE-two}', 'two'],
    ['${NONE:-${A}/${NOR:-x}}/y', 'one/x/y'],
    ['${NONE:-}', ''],
    ['$${A} $$${A}', '${A} $${A}'],
    ['${NONE:-$${A}}', '${A}'],
  ];
  for (const [text, expected] of cases) assert.is(value(text), expected, text);
  assert.is(value(literally('a ${A} $${A} $')), 'a ${A} $${A} $');
});

test('those that are set together speak of those before them, and of themselves as they were', () => {
  const texts = { B: '${A}/b', C: '${B}/c', A: '${A}+', D: '${A}' };
  assert.equal(
    valuesOf(texts, (name) => OUTER[name]),
    { B: 'one/b', C: 'one/b/c', A: 'one+', D: 'one+' },
  );
});

test('a relative folder in PATH is one of the root; nothing else is a folder', () => {
  const path = (text: string): string | undefined =>
    valuesOf({ PATH: text, OTHER: './x' }, (name) => OUTER[name], '/r').PATH;
  assert.is(path('./tools:${PATH}'), '/r/tools:/bin');
  assert.is(path('${PATH}:tools/bin:../up:/abs:~/x:'), '/bin:/r/tools/bin:/up:/abs:~/x:');
  assert.is(path('${A}/x:./y'), 'one/x:/r/y');
  assert.is(path('tools/${A}:t${A}/b'), '/r/tools/one:/r/tone/b');
  assert.is(path('${NONE:-t1:t2}:${PATH}'), '/r/t1:/r/t2:/bin');
  assert.is(path('${NONE:-/abs}${NONE:-}:${EMPTY}x'), '/abs:/r/x');
  assert.is(valuesOf({ PATH: './x' }, () => undefined).PATH, './x');
  const lookup = (name: string): string | undefined => OUTER[name];
  assert.equal(foldersIn('./tools:${PATH}:/abs:b/${A}', lookup, '/r'), ['/r/tools', '/r/b/one']);
});

test('only what is set is a variable', () => {
  const lookup = lookupIn({ A: 'one', GONE: undefined }, { B: 'two' });
  assert.equal(['A', 'B', 'GONE', 'constructor', 'toString', '__proto__'].map(lookup), [
    ...['one', 'two'],
    ...[undefined, undefined, undefined, undefined],
  ]);
  assert.equal(valuesOf({ X: '${constructor:-none}' }, lookup), { X: 'none' });
  assert.equal(unsetIn({ X: '${toString}' }, lookup), [{ name: 'X', unset: 'toString' }]);
});

test('texts for a key are equal only where the values are', () => {
  const known = (name: string): string | undefined => ({ A: 'one', LIT: '${M}', DOLLAR: '$' })[name];
  const key = (text: string, before: Record<string, string> = {}): string =>
    keyTextsOf({ ...before, X: text }, known, (name) => name === 'M').X as string;
  const apart = [
    ...['${M}', '$${M}', '${DOLLAR}${M}', 'M', '{M}'],
    ...['${M:-a}', '${M:-b}', '${M-a}', '${M:-${M:-a}}', '${M:-$${M}}'],
  ];
  assert.is(new Set(apart.map((text) => key(text))).size, apart.length);
  assert.is(key('${A} $1'), 'one $1');
  assert.is(key('${LIT}'), key('$${M}'));
  assert.is(key('${M-${A}}'), key('${M-one}'));
  // What the config sets is told as it is set, whatever it is called.
  assert.is(key('${M}/x', { M: 'own' }), 'own/x');
  const maybe = { S: '${M:-}' };
  assert.is.not(key('${S:-a}', maybe), key('${S:-b}', maybe));
});

test('what is not set where it is needed', () => {
  const unset = (texts: Record<string, string>) => unsetIn(texts, (name) => OUTER[name]);
  assert.equal(unset({ X: '${NONE} ${A} ${NOR:-x} ${EMPTY} ${NO-${NEVER}}' }), [
    { name: 'X', unset: 'NONE' },
    { name: 'X', unset: 'NEVER' },
  ]);
  assert.equal(unset({ X: '${Y}', Y: 'y', Z: '${Y}' }), [{ name: 'X', unset: 'Y' }]);
});

test('a text that cannot be read is told with its place, wherever `env` stands', () => {
  assert.is(problemIn('a $ b $$ {x} ${A}'), undefined);
  const hint = '→ write ${NAME} or ${NAME:-what else}; a ${ that is none is written $${';
  const config = [
    'env: {A: "${"}',
    'agents: {g: {run: x, env: {B: "${1}"}}}',
    'tasks: {a: {run: x, env: {C: "${X:?no}", D: "${A:-${B}", E: 1}}}',
  ].join('\n');
  assert.equal(problems(`${config}\n`), [
    `1:10 ["\${"] \`A\`: a \`\${\` is not closed | ${hint}`,
    `2:31 ["\${1}"] \`B\`: \`\${1}\` is no variable | ${hint}`,
    `3:30 ["\${X:?no}"] \`C\`: \`\${X:?no}\` is no variable | ${hint}`,
    `3:45 ["\${A:-\${B}"] \`D\`: a \`\${\` is not closed | ${hint}`,
  ]);
});
