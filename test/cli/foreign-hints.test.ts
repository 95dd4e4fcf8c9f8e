import { type FlagScene, insteadOf } from '../../src/cli/foreign-hints.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/foreign-hints');

const scene = (chosen: string[] = [], command = 'run'): FlagScene => ({
  ...{ command, chosen },
  tasks: ['web:build', 'web:lint', 'ui:build', 'a:x', 'b:x', 'all'],
});
const GENERAL = /^name tasks, or a pattern/;

test('a filter of packages is said in names of tasks where that means the same', () => {
  const by = 'choose tasks by their names: ptask ';
  const said: Record<string, string> = {
    web: `${by}'web:*'`,
    '@org/web': `${by}'web:*'`,
    'web...': `${by}'web:*'`,
    '...@org/web': `${by}'web:*' --with-dependents`,
    'a,@org/b': `${by}'a:*' 'b:*'`,
    '!@org/web': "use --except 'web:*'",
    '[main]': 'use --since main',
    '...[origin/main]': 'use --since origin/main',
    '[main...HEAD]': 'use --since main',
    'web[HEAD^1]': `${by}'web:*' --since HEAD^1`,
  };
  for (const [filter, hint] of Object.entries(said))
    assert.is(insteadOf(`--filter=${filter}`, scene()), hint, filter);
  assert.is(insteadOf('--projects=a,b', scene()), `${by}'a:*' 'b:*'`);
  assert.is(insteadOf('--filter=web', scene(['build', 'lint'])), `${by}web:build web:lint`);
  assert.is(insteadOf('--filter=web,ui', scene(['build'])), `${by}web:build ui:build`);
});

test('what other tasks would be is said in general', () => {
  const others = [
    './apps/*',
    '{apps/*}',
    '{./libs/ui}',
    './libs/ui',
    '@acme/*',
    '*',
    'w*',
    'nosuch',
    'web,nosuch',
  ];
  const more = ['web^...', '...^web', 'web...[main]', '[main...my-branch]', '!web[main]', '![main]', 'all'];
  for (const filter of [...others, ...more])
    assert.match(insteadOf(`--filter=${filter}`, scene()) ?? '', GENERAL, filter);
  assert.match(insteadOf('--filter=ui', scene(['build', 'lint'])) ?? '', GENERAL);
  assert.match(insteadOf('--filter=web', { ...scene(), tasks: [] }) ?? '', GENERAL);
});

test('without a value, or with one that nothing is known of, it is said in general', () => {
  for (const flag of ['--filter', '--filter=', '--filter=$(x)', "--filter='", '--scope', '--targets=build'])
    assert.match(insteadOf(flag, scene()) ?? '', GENERAL, flag);
  assert.is(insteadOf('--no-such', scene()), undefined);
});

test('watching is for what runs tasks', () => {
  assert.match(insteadOf('--watch=1', scene()) ?? '', /^use ptask watch; /);
  for (const command of ['exec', 'plan', 'learn'])
    assert.is(insteadOf('--watch', scene([], command)), undefined);
});
