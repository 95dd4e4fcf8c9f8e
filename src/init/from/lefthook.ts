// lefthook.yml: the commands of each git hook.

import { type Draft, emptyDraft } from '../draft.ts';
import { type Fields, fieldsOf, isObject, objectsOf, textOf, textsOf } from '../read/values.ts';
import { FILES, fileEntry, withHookNotes } from './file-commands.ts';
import type { Project } from './judging.ts';
import { rootPackage } from './make.ts';
import { blank, type Entry } from './script-entries.ts';
import { draftOfEntries } from './scripts.ts';
import type { TaskSource } from './source.ts';

const NAMES = ['lefthook', '.lefthook', '.config/lefthook'].flatMap((name) =>
  ['yml', 'yaml', 'json'].map((end) => `${name}.${end}`),
);
const HOOK = /^(?:pre|post|commit|prepare|applypatch|update|reference)[a-z-]*$/;
/** What lefthook puts the files of a commit in the place of. */
const PLACES = /\{(?:staged_files|all_files|push_files|files)\}/g;

export const lefthook: TaskSource = {
  name: 'lefthook',
  fileIn: ({ repository }) => NAMES.find((name) => repository.has(name)),
  draft(project): Draft {
    const file = lefthook.fileIn(project) ?? 'lefthook.yml';
    const shared = emptyDraft();
    const all = new Map<string, Entry>();
    for (const [name, fields] of objectsOf(project.repository.yaml(file))) {
      if (!HOOK.test(name)) continue;
      const entries = new Hook(project, name, shared.notes).entries(fields);
      if (entries.length === 0) continue;
      for (const entry of entries) all.set(entry.key, entry);
      // All that the hook runs, by its name.
      const ref = { package: rootPackage(project), script: name };
      all.set(name, {
        ...blank(ref, [name]),
        key: name,
        state: 'gather',
        calls: new Set(entries.map(({ key }) => key)),
      });
    }
    return withHookNotes(draftOfEntries(project, { all, orders: [] }, shared, [file]));
  },
};

class Hook {
  readonly #project: Project;
  readonly #hook: string;
  readonly #notes: string[];

  constructor(project: Project, hook: string, notes: string[]) {
    this.#project = project;
    this.#hook = hook;
    this.#notes = notes;
  }

  entries(fields: Fields): Entry[] {
    const commands = objectsOf(fields.commands)
      .map(([name, each]): Fields => ({ ...each, name }))
      .sort((a, b) => priorityOf(a) - priorityOf(b));
    const scripts = Object.keys(fieldsOf(fields.scripts));
    if (scripts.length > 0)
      this.#notes.push(`${this.#hook}: its scripts are left out: ${scripts.join(', ')}`);
    return this.#jobs([...commands, ...objectsIn(fields.jobs)], fields.piped === true);
  }

  /** @param isPiped each after the one before it */
  #jobs(jobs: readonly Fields[], isPiped: boolean): Entry[] {
    const groups: Entry[][] = [];
    for (const [at, job] of jobs.entries()) {
      const group = fieldsOf(job.group);
      const made = Array.isArray(group.jobs)
        ? this.#jobs(objectsIn(group.jobs), group.piped === true)
        : this.#job(job, at);
      if (isPiped) for (const entry of made) for (const { key } of groups.at(-1) ?? []) entry.calls.add(key);
      if (made.length > 0) groups.push(made);
    }
    return groups.flat();
  }

  #job(job: Fields, at: number): Entry[] {
    const run = textOf(job.run);
    if (run === undefined || job.skip === true) return [];
    const name = textOf(job.name) ?? run.split(/\s+/).find((word) => !RUNNERS.has(word)) ?? `job-${at + 1}`;
    if (/\{[0-9]\}/.test(run)) {
      this.#notes.push(
        `${this.#hook}: ${name} is left out: it is about the words that git hands to the hook`,
      );
      return [];
    }
    const given = textsOf(job.glob).map((glob) => (glob.includes('/') ? glob : `**/${glob}`));
    const globs = given.length > 0 ? given : run.search(PLACES) >= 0 ? ['**'] : undefined;
    const variables = Object.entries(fieldsOf(job.env)).filter(([, value]) => typeof value !== 'object');
    const isSkipped = job.skip !== undefined || job.only !== undefined;
    return [
      fileEntry(this.#project, {
        key: `${this.#hook}#${at}.${name}`,
        title: [this.#hook, name],
        globs,
        // Some are regular expressions.
        excludes: textsOf(job.exclude).filter((each) => !/[\\^$|()]/.test(each)),
        lines: run
          .trim()
          .split('\n')
          .map((line) => line.replace(PLACES, FILES)),
        folder: (textOf(job.root) ?? '').replace(/\/$/, ''),
        variables: Object.fromEntries(variables.map(([key, value]) => [key, asReferences(String(value))])),
        isRaw: job.interactive === true,
        comments: isSkipped ? ['lefthook skips it at times (`skip`, `only`), ptask does not.'] : [],
      }),
    ];
  }
}

/** It fills in `$NAME` and `${NAME}`, nothing where that is not set. */
const asReferences = (text: string): string =>
  text.replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)|\{)/g, (_, inBraces?: string, bare = inBraces) =>
    bare === undefined ? '$${' : `\${${bare}:-}`,
  );

const RUNNERS = new Set(['npx', 'npm', 'run', 'pnpm', 'yarn', 'exec', 'bun', 'bunx']);

const objectsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isObject) : []);

const priorityOf = ({ priority }: Fields): number =>
  typeof priority === 'number' ? priority : Number.POSITIVE_INFINITY;
