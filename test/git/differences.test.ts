// What git says differs, read.

import { readStatus } from '../../src/git/differences.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('git/differences');

test('the side of the disk counts, and a conflict is a change', () => {
  const lines = [
    'A  staged',
    'MM both',
    ' T kind',
    ' A meant',
    'AD gone',
    ' D gone too',
    'UU here',
    'DD there',
  ];
  const rest = ['?? new', '?? own/', '!! log', '!! build/'];
  assert.equal(readStatus([...lines, ...rest]), {
    changed: ['both', 'kind', 'meant', 'here', 'there'],
    removed: ['gone', 'gone too'],
    untracked: ['new'],
    nested: ['own'],
    ignored: ['log', 'build/'],
  });
});
