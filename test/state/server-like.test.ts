// What is said of a task that goes on and on, and looks like a server.

import type { Event, RunStarted } from '../../src/model/event.ts';
import { decide } from '../../src/plan/decide.ts';
import { DirectoryCache } from '../../src/plan/listing-cache.ts';
import { told } from '../../src/present/events.ts';
import { plain } from '../../src/present/plain.ts';
import { RunState } from '../../src/state/run-state.ts';
import { seemingServer } from '../../src/state/server-like.ts';
import { configOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('state/server-like');

const MINUTE = 60_000;

function running(text: string, service = false): RunState {
  const config = configOf(`tasks:\n  dev: { run: x${service ? ', service: true' : ''} }\n  t: { run: x }\n`);
  const decided = decide(config, { tasks: ['dev', 't'] }, new DirectoryCache(config.root));
  if (!decided.ok) throw new Error('no plan');
  const started: RunStarted = {
    ...{ type: 'run-started', at: 0, schemaVersion: 2, id: 'PARALLEL-1', startedAt: '2026-01-01T00:00:00Z' },
    ...{ pid: 1, root: config.root, concurrency: 2, integrate: 'apply', expectedMs: {}, validation: [] },
    plan: decided.plan,
  };
  const state = new RunState(started);
  const events: Event[] = [
    { type: 'task-started', at: 0, id: 'dev', attempt: 1 },
    { type: 'task-output', at: 1, id: 'dev', text },
  ];
  for (const event of events) state.apply(event);
  return state;
}

const SERVERS = [
  '  VITE v5.0.0  ready in 312 ms\n',
  '➜  Local:   http://localhost:5173/\n',
  'Server running at http://127.0.0.1:3000/\n',
  'Found 0 errors. Watching for file changes.\n',
  'Listening on port 80\n',
];

for (const text of SERVERS)
  test(`a server: ${text.trim()}`, () => {
    assert.is(seemingServer(running(text), MINUTE)?.id, 'dev');
    assert.is(seemingServer(running(text), 10_000), undefined);
    assert.is(seemingServer(running(text, true), MINUTE), undefined);
  });

test('not what says nothing of the kind, nor while something else runs', () => {
  assert.is(seemingServer(running('compiling 300 files\nready to rumble\n'), MINUTE), undefined);
  const state = running(SERVERS[0] as string);
  state.apply({ type: 'task-started', at: 2, id: 't', attempt: 1 });
  assert.is(seemingServer(state, MINUTE), undefined);
});

test('who stops it is told how to say what it is', () => {
  const state = running(SERVERS[0] as string);
  const event: Event = {
    ...{
      type: 'task-finished',
      at: MINUTE,
      id: 'dev',
      status: 'cancelled',
      reason: 'the run was interrupted',
    },
    ...{ exitCode: null, durationMs: MINUTE, attempts: 1, filesChanged: [], strays: [] },
    output: { bytes: 1, tail: [] },
  };
  state.apply(event);
  assert.equal(
    told(event, state).map(({ text }) => plain(text)),
    [
      'cancelled after 1m 00s: the run was interrupted',
      'if dev is a server that never ends, say so: service: true',
    ],
  );
});
