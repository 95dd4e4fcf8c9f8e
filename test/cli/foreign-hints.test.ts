import { insteadOf } from '../../src/cli/foreign-hints.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/foreign-hints');

test('a filter of packages is said in names of tasks', () => {
  const by = 'choose tasks by their names: ptask ';
  const said: Record<string, string> = {
    web: `${by}'web:*'`,
    '@org/web': `${by}'web:*'`,
    'web...': `${by}'web:*'`,
    'web^...': `${by}'web:*'`,
    '...@org/web': `${by}'web:*' --with-dependents`,
    '...^web': `${by}'web:*' --with-dependents`,
    '{./libs/ui}': `${by}'ui:*'`,
    './libs/*': `${by}'*:*'`,
    'a,@org/b': `${by}'a:*' 'b:*'`,
    '!@org/web': "use --except 'web:*'",
    '[main]': 'use --since main',
    '...[origin/main]': 'use --since origin/main',
    'web...[HEAD^1]': 'use --since HEAD^1',
    '[main...my-branch]': 'use --since main',
  };
  for (const [filter, hint] of Object.entries(said)) assert.is(insteadOf(`--filter=${filter}`), hint, filter);
  assert.is(insteadOf('--projects=a,b'), `${by}'a:*' 'b:*'`);
});

test('without a value, or with one that nothing is known of, it is said in general', () => {
  const general = /^name tasks, or a pattern/;
  for (const flag of ['--filter', '--filter=', '--filter=$(x)', "--filter='", '--scope', '--targets=build'])
    assert.match(insteadOf(flag) ?? '', general, flag);
  assert.match(insteadOf('--watch=1') ?? '', /^use ptask watch; /);
  assert.is(insteadOf('--no-such'), undefined);
});
