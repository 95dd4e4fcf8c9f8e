/** What a reviewing agent's answer means. */
import { findingsOf, Hearing, verdictOf } from '../../src/run/agents/verdict.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/agents/verdict');

test('a verdict stands alone on its line, however it is adorned', () => {
  for (const line of [
    'approved',
    'APPROVED.',
    '**Approved**',
    '## Verdict: approved',
    '- [x] approved',
    '✅ Approved!',
    '> `approved`',
    'The verdict is: approved, with thanks',
    'Result — approved (2 remarks)',
    '1. Approved',
  ])
    assert.is(verdictOf([line]), 'approved', line);
  for (const line of [
    'needs fixes',
    'Needs Fixes: two',
    '**needs-fixes**',
    'status: NEEDS_FIXES',
    '⚠️ needs fixes',
    'needs fix',
    'Not approved.',
  ])
    assert.is(verdictOf([line]), 'needs-fixes', line);
});

test('a line that only speaks of approval is none', () => {
  for (const line of [
    '',
    'I approved it yesterday',
    'It can be approved',
    'approved once the test is there',
    'approved?',
    'unapproved',
    'nothing needs fixes',
    'preapproved',
  ])
    assert.is(verdictOf([line]), undefined, line);
});

test('the last verdict counts, whatever follows', () => {
  assert.is(verdictOf(['needs fixes', 'mended', 'approved', 'bye']), 'approved');
  assert.is(verdictOf(['approved', 'no: needs', 'needs fixes']), 'needs-fixes');
  assert.is(verdictOf([]), undefined);
});

test('what is heard is the end of it, without colours and empty edges', () => {
  const hearing = new Hearing();
  for (const chunk of ['\n\n\u001b[31mé', 'rror\u001b[0m  \r\n', '\n x\n\n'])
    hearing.hear(Buffer.from(chunk));
  assert.equal(hearing.lines(), ['érror', '', ' x']);
  const long = new Hearing();
  for (let at = 0; at < 10_000; at++) long.hear(Buffer.from(`line ${at}\n`));
  const lines = long.lines();
  assert.is(lines.at(-1), 'line 9999');
  assert.match(lines[0] as string, /^line \d{4}$/, 'no half line');
  assert.equal(findingsOf(lines).length, 20);
  const character = Buffer.from('é');
  const split = new Hearing();
  split.hear(character.subarray(0, 1));
  split.hear(character.subarray(1));
  assert.equal(split.lines(), ['é']);
});
