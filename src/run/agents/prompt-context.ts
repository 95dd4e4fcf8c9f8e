// What a task is given before each of its attempts and what its reviewer is given, as files of the run and variables that
// name them. What stands in them is decided by prompt.ts and review-prompt.ts. Unaware of processes.

import { join, resolve } from 'node:path';
import { OWNER_ONLY, replaceFile } from '../../base/own-files.ts';
import type { Task } from '../../config/config.ts';
import type { Plan } from '../../model/plan.ts';
import type { FileChange, Review } from '../../model/report.ts';
import type { RunContext } from '../records/context.ts';
import { notesIn } from '../records/note-reader.ts';
import { notesName, type RunFolder } from '../records/run-folder.ts';
import { promptName, reviewName, reviewPromptName } from './files.ts';
import { Needs } from './needs.ts';
import { Neighbours } from './neighbours.ts';
import { composePrompt, type LastTry } from './prompt.ts';
import { composeReviewPrompt } from './review-prompt.ts';
import { Handovers, type Needed, type Told } from './task-outputs.ts';

/** Where the task works, and what it has done there. */
export interface BriefedPlace {
  workdir: string;
  branch?: string;
  /** Of the declared files; asked only for a reviewer. */
  changed(): FileChange[];
}

/** What commands get. */
export interface Given {
  variables: Record<string, string>;
  /** The file that they read on their standard input. */
  input?: string;
}

/** For all tasks of a run. */
export class Briefings {
  readonly context: RunContext;
  readonly handovers: Handovers;
  readonly neighbours: Neighbours;
  readonly needs: Needs;
  /** What the last review of a task found, where that is still to be mended. */
  readonly findings = new Map<string, string[]>();

  constructor(context: RunContext, plan: Plan) {
    const { config, folder } = context;
    this.context = context;
    this.handovers = new Handovers(folder);
    this.neighbours = new Neighbours(plan, config);
    const isPlanned = new Set(plan.tasks.map(({ id }) => id));
    this.needs = new Needs(config.tasks.filter(({ id }) => isPlanned.has(id)));
  }

  /** @param before a sentence about what the task has done before in this run, and was dropped or not enough */
  begin(task: Task, place: BriefedPlace, before: string | undefined): Briefing {
    return new Briefing(this, task, place, before);
  }

  /** The task has passed. */
  handOver(id: string): void {
    this.#tell(id, this.handovers.keep(id));
  }

  /** The task was done in that run. */
  passOn(id: string, from: RunFolder): void {
    this.#tell(id, this.handovers.passOn(id, from));
  }

  /** The task has not passed. */
  drop(id: string): void {
    this.handovers.drop(id);
  }

  #tell(id: string, told: Told | undefined): void {
    if (told !== undefined) this.context.emit({ type: 'task-handed-over', id, ...told });
  }
}

/** For one task at one place. What throws is a disk that says no. */
export class Briefing {
  readonly #run: Briefings;
  readonly #task: Task;
  readonly #place: BriefedPlace;
  #lastTry: LastTry | undefined;
  #needed: Needed | undefined;

  constructor(run: Briefings, task: Task, place: BriefedPlace, before: string | undefined) {
    this.#run = run;
    this.#task = task;
    this.#place = place;
    if (before !== undefined) {
      const isDropped = place.branch !== undefined;
      this.#lastTry = { what: before, said: run.findings.get(task.id) ?? [], isDropped };
    }
  }

  /** Before each attempt. */
  prepare(): Given {
    const { id, run, needs, assignment } = this.#task;
    if (run.length === 0) return { variables: {} };
    const { handovers, needs: all, findings } = this.#run;
    const variables: Given['variables'] = { PTASK_OUTPUT: handovers.open(id) };
    if (needs.length > 0) {
      this.#needed ??= handovers.give(id, all.of(id));
      variables.PTASK_OUTPUTS = this.#needed.values;
      variables.PTASK_HANDOFF = this.#needed.notes;
    }
    if (findings.has(id)) variables.PTASK_REVIEW = this.#path(reviewName(id));
    if (assignment === undefined) return { variables };
    const input = this.#write(promptName(id), this.#prompt());
    return { variables: { ...variables, PTASK_PROMPT_FILE: input }, input };
  }

  #prompt(): string {
    const { neighbours, needs } = this.#run;
    const { branch } = this.#place;
    return composePrompt({
      task: this.#task,
      workdir: this.#workdir,
      branch,
      neighbours: neighbours.of(this.#task.id),
      handedOver: this.#needed?.from ?? [],
      neededBy: needs.on(this.#task.id),
      lastTry: this.#lastTry,
    });
  }

  /** Something that its commands have started may go on when they are over. */
  outlived(): void {
    this.#run.handovers.outlived(this.#task.id);
  }

  /** Before each review by an agent. */
  prepareReview(): Required<Given> {
    const { id } = this.#task;
    const told = notesIn(this.#path(notesName(id))).flatMap(({ kind, path = '', text }) =>
      kind === 'file' ? [[path, text] as const] : [],
    );
    const prompt = composeReviewPrompt({
      task: this.#task,
      workdir: this.#workdir,
      changed: this.#place.changed(),
      told: new Map(told),
      before: this.#run.findings.get(id) ?? [],
    });
    const input = this.#write(reviewPromptName(id), prompt);
    return { variables: { PTASK_PROMPT_FILE: input }, input };
  }

  /** An acceptance check has ended. @param reason how, where it did not end well */
  reviewed({ attempt, agent, result, findings }: Review, reason: string): void {
    const { id } = this.#task;
    if (result === 'approved') {
      this.#run.findings.delete(id);
      return;
    }
    const said = findings.length > 0 ? findings : [reason];
    this.#run.findings.set(id, said);
    const by = agent === undefined ? 'its verify commands' : `the agent ${agent}`;
    const heading = `# Review of ${id}, attempt ${attempt}: needs fixes`;
    this.#write(reviewName(id), `${heading}\n\nBy ${by} (${reason}).\n\n${said.join('\n')}\n`);
  }

  /** An attempt has failed and another follows. @param tail the end of what it has printed */
  failed(attempt: number, reason: string, isReview: boolean, tail: readonly string[]): void {
    const said = isReview ? (this.#run.findings.get(this.#task.id) ?? tail) : tail;
    this.#lastTry = { what: `Attempt ${attempt} failed: ${reason}`, said, isDropped: false };
  }

  get #workdir(): string {
    return resolve(this.#place.workdir, this.#task.cwd);
  }

  #path(name: string): string {
    return join(this.#run.context.folder.path, name);
  }

  #write(name: string, text: string): string {
    const path = this.#path(name);
    replaceFile(path, this.#run.context.masker.text(text), { mode: OWNER_ONLY });
    return path;
  }
}
