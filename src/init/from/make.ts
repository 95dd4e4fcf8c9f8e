// A Makefile: what a target is made of is what it reads, the target itself what is written.

import { literalPattern } from '../../plan/patterns/index.ts';
import { type Draft, emptyDraft } from '../draft.ts';
import { type Makefile, makefileIn, type Rule, readMakefile } from '../read/makefile.ts';
import { inFolder } from '../read/repository.ts';
import { unique } from '../read/values.ts';
import type { Package } from '../read/workspace.ts';
import type { Project } from './judging.ts';
import { isKnown, Needs } from './order.ts';
import { blank, type Entries, type Entry, entryOfLines } from './script-entries.ts';
import { isUsual, leftOutByName } from './script-names.ts';
import { keyOf } from './script-parts.ts';
import { draftOfEntries } from './scripts.ts';
import type { TaskSource } from './source.ts';

export const make: TaskSource = {
  name: 'make',
  fileIn: ({ repository }) => makefileIn(repository),
  draft(project): Draft {
    const makefile = readMakefile(project.repository, makefileIn(project.repository) ?? 'Makefile');
    const entries = new Translation(project, makefile).entries();
    const draft = draftOfEntries(project, entries, emptyDraft(), makefile.files);
    return { ...draft, hasPackages: project.repository.has('package.json') };
  },
};

/** Where its targets are made: at the root, with the scripts of a package.json there. */
export function rootPackage({ workspace }: Project, folder = ''): Package {
  const root = workspace.packages.find((each) => each.folder === '');
  const bare = {
    name: 'root',
    manifest: {},
    scripts: new Map<string, string>(),
    dependencies: new Set<string>(),
  };
  return { ...(root ?? bare), folder };
}

class Translation {
  readonly #project: Project;
  readonly #makefile: Makefile;
  readonly #own: Package;
  readonly #all = new Map<string, Entry>();
  readonly #orders: Entries['orders'] = [];
  /** Of which only make knows what they need. */
  readonly #byMake = new Set<Entry>();

  constructor(project: Project, makefile: Makefile) {
    this.#project = project;
    this.#makefile = makefile;
    this.#own = rootPackage(project);
  }

  entries(): Entries {
    for (const rule of this.#makefile.rules.values()) {
      if (this.#isFolder(rule)) continue;
      const entry = this.#entryOf(rule);
      this.#all.set(entry.key, entry);
    }
    this.#leaveOutOthers();
    this.#takeTurns();
    return { all: this.#all, orders: this.#orders };
  }

  /** A target that nobody knows, and that plain `make` does not make, may be for another system or for bad days. */
  #leaveOutOthers(): void {
    const { goal, rules } = this.#makefile;
    const own = goal === undefined ? undefined : this.#all.get(this.#key(goal));
    const kept = [...this.#all.values()].filter(
      (entry) => entry === own || isUsual(entry.ref.script) || (entry.state === 'task' && isKnown(entry)),
    );
    const reached = new Set(kept);
    for (const entry of reached) {
      if (entry.state === 'left out') continue;
      // What it needs beside that cannot be told, so it may be any of them.
      if (rules.get(entry.ref.script)?.prerequisites.some((each) => each.startsWith('$'))) return;
      for (const key of entry.calls) reached.add(this.#all.get(key) ?? entry);
    }
    for (const entry of this.#all.values()) {
      if (reached.has(entry) || (entry.state !== 'task' && entry.state !== 'gather')) continue;
      entry.state = 'left out';
      entry.why = 'not made by plain `make`';
    }
  }

  /** Two at once would both make what their targets share. */
  #takeTurns(): void {
    const needs = new Needs(this.#all);
    let last: Entry | undefined;
    for (const entry of this.#byMake) {
      if (entry.state !== 'task') continue;
      if (last !== undefined) needs.add(entry, last);
      last = entry;
    }
  }

  #key(target: string): string {
    return keyOf({ package: this.#own, script: target });
  }

  /** A rule that only makes the folder that others write to is a part of them. */
  #isFolder({ recipe }: Rule): boolean {
    return recipe.length > 0 && recipe.every((line) => /^[@-]*mkdir\s/.test(line));
  }

  #entryOf(rule: Rule): Entry {
    const ref = { package: this.#own, script: rule.target };
    const base = blank(ref, [rule.target]);
    const named = leftOutByName(rule.target);
    if (named !== undefined) return { ...base, state: 'left out', why: named };
    const needed = [...rule.prerequisites, ...rule.orderOnly];
    const targets = needed.filter((each) => this.#isTarget(each));
    if (rule.recipe.length === 0)
      return { ...base, state: 'gather', calls: new Set(targets.map((each) => this.#key(each))) };
    const lines = this.#linesOf(rule);
    if (lines === undefined) return this.#madeByMake(base, [`make ${rule.target}`]);
    const { calls, commands } = lines;
    this.#order(targets, calls);
    const keys = new Set([...targets, ...calls].map((each) => this.#key(each)));
    if (commands.length === 0) return { ...base, state: 'gather', calls: keys };
    if (commands.some((each) => MAKES.test(each)))
      return this.#madeByMake({ ...base, calls: keys }, commands);
    const entry = { ...entryOfLines(this.#project, ref, commands), calls: keys };
    return rule.isPhony ? entry : this.#declared(entry, rule);
  }

  #isTarget(name: string): boolean {
    const rule = this.#makefile.rules.get(name);
    return rule !== undefined && !this.#isFolder(rule);
  }

  /** Make does what such a target needs by itself. */
  #madeByMake(base: Entry, run: string[]): Entry {
    const role = /^(?:test|check|lint)/.test(base.ref.script) ? 'check' : 'build';
    const entry: Entry = { ...base, run, role, unknown: run };
    this.#byMake.add(entry);
    return entry;
  }

  /** The recipe as commands, and the targets that it calls before them; undefined where only make knows. */
  #linesOf(rule: Rule): { calls: string[]; commands: string[] } | undefined {
    const { rules, patterns, isOneShell, expand } = this.#makefile;
    const all = [...rule.prerequisites, ...rule.orderOnly];
    const isMade = all.some(
      (each) =>
        each.startsWith('$') ||
        (!rules.has(each) && patterns.some((end) => end !== '' && each.endsWith(end))),
    );
    if (isMade || (isOneShell && rule.recipe.length > 1)) return undefined;
    const files = rule.prerequisites.join(' ');
    const automatic = {
      '@': rule.target,
      '<': rule.prerequisites[0] ?? '',
      '^': files,
      '+': files,
      '|': rule.orderOnly.join(' '),
    };
    const calls: string[] = [];
    const commands = this.#folderLines(rule);
    const folders = commands.length;
    for (const written of rule.recipe) {
      const [, signs = '', line = ''] = /^([@+-]*)\s*(.*)$/.exec(written) ?? [];
      const expanded = expand(line, automatic);
      if (expanded === undefined) return undefined;
      const [, called] = /^make\s+([\w./-]+(?:\s+[\w./-]+)*)$/.exec(expanded) ?? [];
      if (called === undefined) commands.push(signs.includes('-') ? `${expanded} || true` : expanded);
      // One in the middle of others comes too late for a task of its own.
      else if (commands.length > folders || !called.split(/\s+/).every((each) => rules.has(each)))
        return undefined;
      else calls.push(...called.split(/\s+/));
    }
    return { calls, commands: commands.length > folders ? commands : [] };
  }

  /** What makes the folders that it waits for. */
  #folderLines({ prerequisites, orderOnly }: Rule): string[] {
    const { rules, expand } = this.#makefile;
    return [...prerequisites, ...orderOnly].flatMap((each) => {
      const rule = rules.get(each);
      if (rule === undefined || !this.#isFolder(rule)) return [];
      return rule.recipe.flatMap((line) => expand(line.replace(/^[@-]*/, ''), { '@': each }) ?? []);
    });
  }

  /** Make may take what a target needs in any order, and what its recipe calls one after the other. */
  #order(targets: readonly string[], calls: readonly string[]): void {
    for (const [at, called] of calls.entries())
      this.#orders.push([
        [...targets, ...calls.slice(0, at)].map((each) => this.#key(each)),
        [this.#key(called)],
      ]);
  }

  /** A file that is made: of what it is made is said. */
  #declared(entry: Entry, { target, prerequisites }: Rule): Entry {
    const path = inFolder('', target);
    if (path === undefined) return entry;
    const { rules } = this.#makefile;
    const files = prerequisites
      .filter((each) => rules.get(each)?.isPhony !== true)
      .flatMap((each) => inFolder('', each) ?? []);
    const isFolder = this.#project.repository.isFolder(path);
    const own = isFolder ? `${literalPattern(path)}/**` : literalPattern(path);
    const reads = [
      ...files.map((each) => (/[*?[]/.test(each) ? each : literalPattern(each))),
      ...(entry.reads ?? []),
    ];
    return {
      ...entry,
      role: entry.role === 'generate' || isSource(path) ? 'generate' : 'build',
      reads: files.length > 0 || entry.reads !== undefined ? unique(reads) : undefined,
      writes: unique([own, ...(entry.writes ?? [])]),
    };
  }
}

/** Another make, in another folder say. */
const MAKES = /(?:^|[;&|(]\s*)g?make(?:\s|$)/;

/** What others are made of again. */
const isSource = (path: string): boolean =>
  /\.(?:[cm]?[jt]sx?|go|rs|py|java|kt|c|h|cc|hh|cpp|hpp|rb|php|cs|sql|json|ya?ml|proto|graphql)$/.test(path);
