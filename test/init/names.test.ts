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
    for (const name of [taskName('pkg', each), taskName(each)]) {
      assert.ok(validate({ tasks: { [name]: { run: 'true' } } }), `${each} → ${name}`);
      assert.not.match(name, /^(?:con|com1)(?:\.|$)|\.lock$|\.\./i);
    }
  }
});

test('a name stays as near to what it was as it may', () => {
  assert.is(taskName('web', 'build:prod'), 'web:build:prod');
  assert.is(taskName('web', 'build prod'), 'web:build-prod');
  assert.is(taskName('', 'bin/app'), 'bin/app');
  assert.is(taskName('con'), 'task-con');
});

test('names that would be the same are told apart, on disks without case as well', () => {
  const names = new Names();
  assert.equal([names.take('a b'), names.take('a-b'), names.take('A-B')], ['a-b', 'a-b-2', 'A-B-3']);
});
