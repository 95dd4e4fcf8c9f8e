// The logs for people, written as the run goes: one of every task of which there is something to tell, and one of the run as a whole.

import { join } from 'node:path';
import type { Config, Task } from '../config/config.ts';
import type { Event } from '../model/event.ts';
import { isJournaled } from '../model/journal.ts';
import { planSections } from '../present/analysis-section.ts';
import type { Section } from '../present/document.ts';
import { markdown } from '../present/markdown.ts';
import { runLog } from '../present/run-log.ts';
import { taskLog } from '../present/task-log.ts';
import { type Masker, maskerToLook } from '../run/masking/masking.ts';
import type { Environment } from '../run/process/environment.ts';
import { orchestratorName, runFolderOf, taskLogName } from '../run/records/run-folder.ts';
import { hasBegun } from '../state/cached.ts';
import type { TaskState } from '../state/items.ts';
import type { RunState } from '../state/run-state.ts';
import { hasTaskLog, LOGGED_MS } from '../state/task-facts.ts';
import { LiveFile } from './live-file.ts';

const BEGUN_MS = 100;

export class LiveLogs {
  readonly #state: RunState;
  readonly #folder: string;
  readonly #assigned: ReadonlyMap<string, Task>;
  /** For what comes from the config: the events are masked. Made when a task has a log. */
  readonly #maskerOf: () => Masker;
  #masker: Masker | undefined;
  /** Of the tasks that have begun, but for those of which there is nothing to tell. */
  readonly #tasks = new Map<string, LiveFile>();
  readonly #whole: LiveFile;

  /**
   * @param state of the run, which goes on
   * @param env what the tasks inherit
   */
  constructor(state: RunState, config: Config, env: Environment) {
    const { root, id, plan } = state.started;
    this.#state = state;
    this.#folder = runFolderOf(root, id);
    this.#assigned = new Map(config.tasks.map((task) => [task.id, task]));
    this.#maskerOf = () => maskerToLook(config, env);
    let planned: Section[] | undefined;
    const whole = (): string => {
      planned ??= planSections(plan);
      return markdown(runLog(state, planned));
    };
    // Once the first tasks have begun.
    this.#whole = new LiveFile(join(this.#folder, orchestratorName), whole, BEGUN_MS);
    this.#whole.touch();
  }

  /** An event that the state knows of. */
  hear(event: Event): void {
    if (!isJournaled(event)) return;
    if (event.type === 'tree-restored') for (const { id } of this.#state.tasks) this.#touch(id, false);
    // What comes from the cache is over soon.
    else if ('id' in event && event.type !== 'task-looked-up')
      this.#touch(event.id, event.type === 'task-finished');
    this.#whole.touch();
  }

  /** Writes what is still to be written. What could not be, as sentences. */
  end(): string[] {
    const files = [...this.#tasks.values(), this.#whole];
    for (const file of files) file.settle();
    // The same disk has said the same to all of them.
    return files.flatMap(({ failure }) => failure ?? []).slice(0, 1);
  }

  #touch(id: string, isOver: boolean): void {
    const task = this.#state.task(id);
    if (task === undefined || !hasBegun(task)) return;
    const known = this.#tasks.get(id);
    if (hasTaskLog(task)) {
      const file = known ?? this.#open(task);
      if (isOver) file.write();
      else file.touch();
    } else if (known?.drop() === false) this.#tasks.delete(id);
  }

  #open(task: TaskState): LiveFile {
    this.#masker ??= this.#maskerOf();
    const assigned = this.#masker.all(this.#assigned.get(task.id));
    const text = (): string => markdown(taskLog({ state: this.#state, task, assigned }));
    const file = new LiveFile(join(this.#folder, taskLogName(task.id)), text, LOGGED_MS);
    this.#tasks.set(task.id, file);
    return file;
  }
}
