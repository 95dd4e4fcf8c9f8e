import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../src/model/event.ts';
import type { Report, TaskReport } from '../../src/model/report.ts';
import type { PlanOptions } from '../../src/plan/options.ts';
import { planWithGit } from '../../src/plan/plan-with-git.ts';
import { type RecordedRun, recordRun } from '../../src/report/record.ts';
import type { PlanRunOptions } from '../../src/run/recorded-run.ts';
import { configOf } from '../plan/support.ts';
import { hermeticEnv } from '../support/env.ts';
import { tempDir } from '../support/tmp.ts';

export interface Ran extends RecordedRun {
  root: string;
  events: Event[];
  /** `started a`, `finished a passed`: what happened to tasks, in order. */
  story: string[];
  output(task: string): string;
  task(id: string): TaskReport;
}

export interface Given extends PlanRunOptions, Pick<PlanOptions, 'strategy' | 'tasks'> {
  root?: string;
}

/** Plans and runs a config in a folder of its own. */
export async function runConfig(yaml: string, given: Given = {}): Promise<Ran> {
  const { root = tempDir(), strategy, tasks = [], ...options } = given;
  mkdirSync(root, { recursive: true });
  const config = configOf(yaml, root);
  const plan = await planWithGit(config, { strategy, tasks });
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  const events: Event[] = [];
  const onEvent = (event: Event): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  const ran = await recordRun(config, plan.value, { env: hermeticEnv(), graceMs: 300, ...options, onEvent });
  if (!ran.ok) throw new Error(JSON.stringify(ran.diagnostics));
  const { report, folder, warnings } = ran.value;
  return {
    report,
    folder,
    warnings,
    root,
    events,
    story: events.flatMap(tell),
    // What has printed nothing has no such file.
    output: (task) => {
      const file = join(folder, 'tasks', `${task}.out`);
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
    task: (id) => taskOf(report, id),
  };
}

export function taskOf(report: Report, id: string): TaskReport {
  const task = report.tasks.find((each) => each.id === id);
  if (!task) throw new Error(`there is no ${id} in the report`);
  return task;
}

function tell(event: Event): string[] {
  switch (event.type) {
    case 'task-started':
      return [`started ${event.id}${event.attempt > 1 ? ` again` : ''}`];
    case 'task-finished':
      return [`finished ${event.id} ${event.status}`];
    case 'task-waiting':
      return [`waiting ${event.id} ${event.resources.join(' ')}`];
    case 'task-verifying':
      return [`verifying ${event.id}`];
    case 'run-stopping':
      return [`stopping ${event.reason}`];
    default:
      return [];
  }
}
