// lefthook.yml: the commands of each git hook.

import { type Draft, type DraftTask, emptyDraft } from '../draft.ts';
import { Names } from '../names.ts';
import { type Fields, fieldsOf, isObject, objectsOf, textOf, textsOf } from '../read/values.ts';
import { FILES, fileTask, hookNote } from './file-commands.ts';
import type { Project } from './script-entries.ts';
import type { TaskSource } from './source.ts';

const NAMES = [
  'lefthook.yml',
  '.lefthook.yml',
  'lefthook.yaml',
  '.lefthook.yaml',
  'lefthook.json',
  '.lefthook.json',
  '.config/lefthook.yml',
];
const HOOK = /^(?:pre|post|commit|prepare|applypatch|sendemail|fsmonitor|update|reference)[a-z-]*$/;

export const lefthook: TaskSource = {
  name: 'lefthook',
  fileIn: ({ repository }) => NAMES.find((name) => repository.has(name)),
  draft(project): Draft {
    const file = lefthook.fileIn(project) ?? 'lefthook.yml';
    const draft = { ...emptyDraft(), sources: [file] };
    const names = new Names();
    for (const [hook, fields] of objectsOf(project.repository.yaml(file))) {
      if (!HOOK.test(hook)) continue;
      const tasks = new Hook(project, names, hook, draft.notes).tasks(fields);
      if (tasks.length === 0) continue;
      // All that the hook runs, by its name.
      draft.tasks.push(...tasks, {
        name: names.take(hook),
        run: [],
        reads: undefined,
        writes: undefined,
        needs: tasks.map(({ name }) => name),
        cwd: '',
        comments: [],
      });
    }
    return hookNote(draft);
  },
};

class Hook {
  readonly #project: Project;
  readonly #names: Names;
  readonly #hook: string;
  readonly #notes: string[];

  constructor(project: Project, names: Names, hook: string, notes: string[]) {
    this.#project = project;
    this.#names = names;
    this.#hook = hook;
    this.#notes = notes;
  }

  tasks(fields: Fields): DraftTask[] {
    const commands = objectsOf(fields.commands)
      .map(([name, each]) => ({ ...each, name }))
      .sort((a, b) => priorityOf(a) - priorityOf(b));
    const scripts = Object.keys(fieldsOf(fields.scripts));
    if (scripts.length > 0)
      this.#notes.push(
        `${this.#hook}: the scripts ${scripts.join(', ')} are left out: give them as commands`,
      );
    return this.#jobs(
      [...commands, ...(Array.isArray(fields.jobs) ? fields.jobs.filter(isObject) : [])],
      fields.piped === true,
    );
  }

  /** @param isPiped each after the one before it */
  #jobs(jobs: readonly Fields[], isPiped: boolean): DraftTask[] {
    const groups: DraftTask[][] = [];
    for (const [at, job] of jobs.entries()) {
      const inner = fieldsOf(job.group);
      const isGroup = Array.isArray(inner.jobs);
      const made = isGroup
        ? this.#jobs((inner.jobs as unknown[]).filter(isObject), inner.piped === true)
        : this.#job(job, at);
      const before = groups.at(-1) ?? [];
      if (isPiped) for (const task of made) task.needs.push(...before.map(({ name }) => name));
      if (made.length > 0) groups.push(made);
    }
    return groups.flat();
  }

  #job(job: Fields, at: number): DraftTask[] {
    const run = textOf(job.run);
    const name =
      textOf(job.name) ??
      run?.split(/\s+/).find((word) => !/^(?:npx|npm|run|pnpm|yarn|exec)$/.test(word)) ??
      `job-${at + 1}`;
    if (run === undefined) return [];
    if (/\{[0-9]\}/.test(run)) {
      this.#notes.push(
        `${this.#hook}: ${name} is left out: it is about the words that git hands to the hook`,
      );
      return [];
    }
    if (job.skip === true) return [];
    const comments: string[] = [];
    if (job.skip !== undefined || job.only !== undefined)
      comments.push('lefthook skips it at times (`skip`, `only`): ptask always runs it.');
    const globs = textsOf(job.glob);
    const isForFiles = /\{(?:staged_files|all_files|push_files|files)\}/.test(run);
    const lines = run
      .trim()
      .split('\n')
      .map((line) => line.replace(/\{(?:staged_files|all_files|push_files|files)\}/g, FILES));
    const env = Object.fromEntries(
      Object.entries(fieldsOf(job.env)).flatMap(([key, value]) =>
        typeof value === 'object' ? [] : [[key, String(value)]],
      ),
    );
    const cwd = (textOf(job.root) ?? '').replace(/\/$/, '');
    return [
      fileTask(this.#project, this.#names, {
        title: [this.#hook, name],
        globs:
          globs.length > 0
            ? globs.map((glob) => (glob.includes('/') ? glob : `**/${glob}`))
            : isForFiles
              ? ['**']
              : undefined,
        excludes: textsOf(job.exclude).filter((each) => !/[\\^$|()]/.test(each)),
        ...{ lines, cwd, env, comments },
      }),
    ];
  }
}

const priorityOf = ({ priority }: Fields): number =>
  typeof priority === 'number' ? priority : Number.POSITIVE_INFINITY;
