import validate from '../../src/generated/validate-config.cjs';
import { Names, taskName } from '../../src/init/names.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('init/names');

test('every name is one that a task may have', () => {
  const given = [
    'build',
    '@scope/pkg',
    'a b',
    'ä',
    '...',
    '',
    '-x-',
    'lint:js',
    'x'.repeat(300),
    'a.',
    '日本',
  ];
  for (const each of given) {
    const name = taskName('pkg', each);
    assert.ok(validate({ tasks: { [name]: { run: 'true' } } }), `${each} → ${name}`);
  }
});

test('names that would be the same are told apart, on disks without case as well', () => {
  const names = new Names();
  assert.equal([names.take('a b'), names.take('a-b'), names.take('A-B')], ['a-b', 'a-b-2', 'A-B-3']);
});
