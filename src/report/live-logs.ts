// The logs for people, written as the run goes: one of every task that has begun, and one of the run as a whole.

import { join } from 'node:path';
import type { Config, Task } from '../config/config.ts';
import type { Event, RunStarted } from '../model/event.ts';
import type { PlannedTask } from '../model/plan.ts';
import { type Masker, maskerToLook } from '../run/masking/masking.ts';
import type { Environment } from '../run/process/environment.ts';
import { isJournaled } from '../run/records/journal.ts';
import { orchestratorName, runFolderOf, taskLogName } from '../run/records/run-folder.ts';
import { analysisSection } from './analysis-markdown.ts';
import { LiveFile } from './live-file.ts';
import { orchestratorMarkdown } from './orchestrator.ts';
import { taskLogMarkdown } from './task-log.ts';

/** A task that is over sooner has its log written once, and a thousand such tasks a thousand files and not two. */
const QUICK_MS = 50;

interface TaskLog {
  events: Event[];
  file: LiveFile;
}

export class LiveLogs {
  readonly #config: Config;
  readonly #env: Environment;
  readonly #assigned: ReadonlyMap<string, Task>;
  readonly #planned = new Map<string, PlannedTask>();
  /** Of the tasks that have begun. */
  readonly #tasks = new Map<string, TaskLog>();
  /** What is known of tasks that have not begun. */
  readonly #early = new Map<string, Event[]>();
  readonly #events: readonly Event[];
  #run: RunStarted | undefined;
  #whole: LiveFile | undefined;
  /** For what comes from the config: the events are masked. */
  #masker: Masker | undefined;

  /**
   * @param env what the tasks inherit
   * @param events those of the run that are in the journal, which grow as they happen
   */
  constructor(config: Config, env: Environment, events: readonly Event[]) {
    this.#config = config;
    this.#env = env;
    this.#assigned = new Map(config.tasks.map((task) => [task.id, task]));
    this.#events = events;
  }

  /** An event that is already in the list. */
  hear(event: Event): void {
    if (!isJournaled(event)) return;
    if (event.type === 'run-started') this.#begin(event);
    // Whoever has begun may have changed something, also one that failed.
    else if (event.type === 'tree-restored') for (const id of this.#tasks.keys()) this.#tell(id, event);
    else if ('id' in event) this.#tell(event.id, event);
    this.#whole?.touch();
  }

  /** Writes what is still to be written. What could not be, as sentences. */
  end(): string[] {
    const files = [
      ...[...this.#tasks.values()].map(({ file }) => file),
      ...(this.#whole ? [this.#whole] : []),
    ];
    for (const file of files) file.settle();
    // The same disk has said the same to all of them.
    return files.flatMap(({ failure }) => failure ?? []).slice(0, 1);
  }

  #begin(run: RunStarted): void {
    this.#run = run;
    this.#masker = maskerToLook(this.#config, this.#env);
    for (const task of run.plan.tasks) this.#planned.set(task.id, task);
    let analysis: string | undefined;
    this.#whole = new LiveFile(join(runFolderOf(run.root, run.id), orchestratorName), () => {
      analysis ??= analysisSection(run.plan);
      return orchestratorMarkdown(this.#events, analysis);
    });
  }

  #tell(id: string, event: Event): void {
    const log = this.#tasks.get(id) ?? (event.type === 'task-started' ? this.#open(id) : undefined);
    if (log === undefined) {
      this.#early.set(id, [...(this.#early.get(id) ?? []), event]);
      return;
    }
    log.events.push(event);
    if (event.type === 'task-finished') log.file.write();
    else log.file.touch();
  }

  #open(id: string): TaskLog | undefined {
    const [run, planned] = [this.#run, this.#planned.get(id)];
    if (run === undefined || planned === undefined) return undefined;
    const events = this.#early.get(id) ?? [];
    this.#early.delete(id);
    const [task = planned, assigned] = this.#masker?.all([planned, this.#assigned.get(id)] as const) ?? [];
    const path = join(runFolderOf(run.root, run.id), taskLogName(id));
    const text = (): string => {
      const isDenied = events.some(({ type }) => type === 'workspace-denied');
      const place = isDenied ? { ...task, workspace: 'shared' as const } : task;
      return taskLogMarkdown({ run, task: place, assigned, events });
    };
    const file = new LiveFile(path, text, QUICK_MS);
    const log = { events, file };
    this.#tasks.set(id, log);
    return log;
  }
}
