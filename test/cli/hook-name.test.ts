import { expectCode, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/hook-name');

test('a hook that git does not know is named once, and the tasks run', async () => {
  const { ptask } = project('tasks: { a: { run: exit 0 } }');
  const wrong = expectCode(await ptask('-q', '--hook', 'pre-comit'), 0);
  assert.is(wrong.stderr.match(/warning git has no hook called "pre-comit"/g)?.length, 1);
  for (const hook of ['pre-commit', 'commit-msg', 'post-merge'])
    assert.not.match(expectCode(await ptask('-q', '--hook', hook), 0).stderr, /warning/);
});
