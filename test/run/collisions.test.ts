// What the config says of paths on which results do not fit together, and what is said of a task whose result does not.

import type { IntegrationConflict } from '../../src/model/report.ts';
import { againBecause, conflictIn, stuckBecause } from '../../src/run/integrate/conflict-text.ts';
import { resolutionFor } from '../../src/run/integrate/resolutions.ts';
import { configOf } from '../plan/support.ts';
import { clash } from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/collisions');

test('the first entry that is for the path', () => {
  const { onCollision } = configOf(`
onCollision:
  - { path: ['src/*.ts'], use: union }
  - { path: ['src/**'], use: ours }
  - { path: ['**'], use: theirs }
tasks: { a: { run: x } }`);
  const resolution = resolutionFor(onCollision);
  const kinds = ['src/a.ts', 'src/d/a.ts', 'src/a.js', 'a.ts'].map((path) => resolution(path).kind);
  assert.equal(kinds, ['union', 'ours', 'ours', 'theirs']);
});

test('without an entry that is for it a task runs again', () => {
  const { onCollision } = configOf('onCollision: [{ path: [a], use: ours }]\ntasks: { a: { run: x } }');
  assert.equal(resolutionFor(onCollision)('b'), resolutionFor([])('a'));
  assert.equal(resolutionFor([])('a'), { kind: 'rerun', limit: 3 });
});

test('what is said of a task whose result conflicts', () => {
  const reason = (more: Partial<IntegrationConflict>) => [
    clash({ path: 'f', tasks: ['web', 'api'], ...more }),
  ];
  const table: [conflicts: IntegrationConflict[], again: string, alone: string, stuck: string][] = [
    [[], 'it runs again', 'its result does not merge', 'its result does not merge'],
    [
      reason({}),
      'it conflicts with api in f: it runs again on top of that',
      'it conflicts with api in f',
      'it conflicts with api in f',
    ],
    [
      reason({ tasks: ['web', 'api', 'db'], reason: 'no tries left' }),
      'it conflicts with api, db in f: it runs again on top of that',
      'it conflicts with api, db in f',
      'it conflicts with api, db in f (no tries left)',
    ],
    [
      reason({ tasks: ['web'] }),
      'it conflicts with the work tree in f: it runs again on top of that',
      'it conflicts with the work tree in f',
      'it conflicts with the work tree in f',
    ],
    [
      reason({ kind: 'stale-read' }),
      'f, which it reads, was changed by api after it started: it runs again',
      'it conflicts with api in f',
      'it conflicts with api in f',
    ],
  ];
  for (const [conflicts, ...told] of table)
    assert.equal([againBecause(conflicts), conflictIn(conflicts), stuckBecause(conflicts)], told);
});
