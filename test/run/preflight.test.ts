import { programOf } from '../../src/run/process/preflight.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/preflight');

test('only a plain command says which program it is', () => {
  assert.is(programOf('nosuchprogram --x src/*.ts ~/x [ab]?\n'), 'nosuchprogram');
  for (const command of [
    'nosuchprogram x.py || echo fallback',
    'helper () { echo hi; }; helper',
    'one | two',
    'one; two',
    'one\ntwo',
    'one > file',
    'one "x"',
    'one $x',
    'one # comment',
    'A=1 one',
    'echo x',
    './one',
  ])
    assert.is(programOf(command), undefined, command);
});
