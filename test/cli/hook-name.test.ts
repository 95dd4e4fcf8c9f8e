import { expectCode, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/hook-name');

test('a hook that git does not know is named once, and the tasks run', async () => {
  const { ptask } = project('tasks: { a: { run: exit 0 } }');
  // What git could well have, and has not, is a slip like any other.
  for (const hook of ['pre-comit', 'pre-merge', 'post-push']) {
    const wrong = expectCode(await ptask('-q', '--hook', hook), 0).stderr;
    assert.is(wrong.split(`warning git has no hook called "${hook}"`).length, 2, wrong);
  }
  for (const hook of ['pre-commit', 'pre-merge-commit', 'commit-msg', 'post-merge'])
    assert.not.match(expectCode(await ptask('-q', '--hook', hook), 0).stderr, /warning/);
});
