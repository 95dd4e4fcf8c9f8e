/** Which machine a task of a plan runs on, as far as that is known before anything runs. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { taskRows } from '../../src/present/task-facts.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { configOf, NO_WORKTREES, planNow } from './support.ts';

const test = suite('plan/where');

interface Where {
  remote?: true;
  here?: string;
}

/** Of each task whether it runs remotely, or why it does not; and what `explain` says of that. */
function placesOf(
  root: string,
  tasks: object,
  more: object = {},
): Record<string, Where & { explained: unknown }> {
  const config = configOf(JSON.stringify({ remote: { url: 'grpc://h' }, ...more, tasks }), root);
  const plan = planNow(config, { isolation: 'integrate' in more ? { outside: {} } : NO_WORKTREES });
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return Object.fromEntries(
    plan.value.tasks.map((planned, at) => {
      const rows = taskRows(config.tasks[at] as (typeof config.tasks)[number], planned, plan.value, true);
      const explained = rows
        .find(({ label }) => label[0] === 'remote')
        ?.texts.flat()
        .join('');
      const { id, remote, here } = planned;
      return [id, { ...(remote && { remote }), ...(here !== undefined && { here }), explained }];
    }),
  );
}

const task = (...writes: string[]): object => ({ run: 'x', reads: [], writes, remote: true });

test('one that writes through a link that leads out of the repository runs here', () => {
  const [root, other] = [tempDir(), tempDir()];
  write(root, { 'lib/a': '', 'gen/b': '', 'node_modules/.bin/x': '' });
  write(other, { 'c/d': '' });
  symlinkSync(other, join(root, 'out'));
  symlinkSync(join(other, 'c'), join(root, 'gen/linked'));
  symlinkSync(join(other, 'c/new'), join(root, 'file'));
  symlinkSync(join(other, 'c'), join(root, 'node_modules/c'));
  symlinkSync('lib', join(root, 'within'));
  const through = (link: string): Where & { explained: string } => {
    const here = `it writes through ${link}, which leads out of the repository`;
    return { here, explained: `no: ${here}` };
  };
  const there = { remote: true as const, explained: 'yes' };
  assert.equal(
    placesOf(root, {
      below: task('out/x/**'),
      folder: task('out/**'),
      literal: task('out/x.txt'),
      file: task('file'),
      glob: task('gen/**'),
      beside: task('gen/*.js', 'lib/**'),
      within: task('within/**'),
      all: task('**/*.log', 'node_modules/**'),
      none: task(),
    }),
    {
      ...{ below: through('out'), folder: through('out'), literal: through('out'), file: through('file') },
      ...{ glob: through('gen/linked'), beside: there, within: there, all: there, none: there },
    },
  );
});

test('one whose result becomes a commit runs here, and says so', () => {
  const root = tempDir();
  write(root, { 'src/a': '' });
  const both = { one: { ...task('src/**'), verify: 'x' }, two: task('src/**') };
  const committed = placesOf(root, both, { integrate: 'merge' });
  const here = 'its result becomes a commit';
  for (const place of Object.values(committed)) assert.equal(place, { here, explained: `no: ${here}` });
  for (const place of Object.values(placesOf(root, { one: task('src/**') })))
    assert.equal(place, { remote: true, explained: 'yes' });
});

test('one that nobody has asked to says nothing', () => {
  const root = tempDir();
  const [place] = Object.values(placesOf(root, { one: { run: 'x', reads: [], writes: [] } }));
  assert.equal(place, { explained: 'only with `--remote`; `remote: true` says it of the task' });
});
