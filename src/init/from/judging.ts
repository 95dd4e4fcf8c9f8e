// What the commands of a script come to together, with those of the scripts that it calls.

import type { NxAnswer } from '../read/nx-answer.ts';
import type { Repository } from '../read/repository.ts';
import type { Package, Workspace } from '../read/workspace.ts';
import { judge } from '../tools/judge.ts';
import {
  type Facts,
  type Fixes,
  manifestOfScripts,
  type Place,
  type Read,
  type Role,
  type Verdict,
} from '../tools/tool.ts';
import { leftOutByName, REMOVES } from './script-names.ts';
import { keyOf, type Part, partsOf, type ScriptRef } from './script-parts.ts';

export interface Project {
  repository: Repository;
  workspace: Workspace;
  /** What nx has said, if it was asked. */
  nx?: NxAnswer | undefined;
}

/** The line of a script, which may stand elsewhere, as those of wireit do. */
export type LineOf = (ref: ScriptRef) => string | undefined;

/** A part of which nothing can be told. */
export const unknownPart = (text: string): Part => ({ kind: 'beside', lines: [text] });

export class Judging {
  /** Keys of scripts that are called in the middle of others. */
  readonly inner = new Set<string>();
  readonly project: Project;
  readonly lineOf: LineOf;

  constructor(project: Project, lineOf: LineOf) {
    this.project = project;
    this.lineOf = lineOf;
  }

  placeOf(one: Package): Place {
    return { ...this.project, package: one };
  }

  parts(ref: ScriptRef): Part[] | undefined {
    const line = this.lineOf(ref);
    return line === undefined
      ? undefined
      : partsOf(line, { workspace: this.project.workspace, package: ref.package });
  }
}

const ROLES: readonly Role[] = ['check', 'build', 'generate'];

/** What several commands one after the other come to. */
export class Sum {
  off: Extract<Verdict, { kind: 'off' }> | undefined;
  readonly unknown: string[] = [];
  readonly programs: string[] = [];
  readonly versions: string[] = [];
  /** The package.json of each script that is started by its name: what runs is another thing once that says another. */
  readonly manifests = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #judging: Judging;
  readonly #isWhole: boolean;
  readonly #fixes: (Fixes | undefined)[] = [];
  facts: Facts = { role: 'check', reads: [], writes: [] };

  /** Of what changes files, with all that it does beside; undefined where something of it is not known. */
  get fixes(): Fixes | undefined {
    const { reads, writes } = this.facts;
    if (reads === undefined || writes === undefined || this.#fixes.includes(undefined)) return undefined;
    const of = (key: keyof Fixes): Read[] => this.#fixes.flatMap((each) => [...(each?.[key] ?? [])]);
    return {
      reads: uniqueReads([...reads, ...of('reads')]),
      files: uniqueReads([...writes, ...of('files')]),
    };
  }

  constructor(judging: Judging, isWhole: boolean) {
    this.#judging = judging;
    this.#isWhole = isWhole;
  }

  add(parts: readonly Part[], own: Package): void {
    for (const part of parts) {
      if (part.kind !== 'scripts' && part.script !== undefined) this.#startIn(part.script.package);
      if (part.kind === 'program') this.#program(part.command, own);
      else if (part.kind === 'beside') for (const line of part.lines) this.#line(line, own);
      else for (const ref of part.calls) this.#script(ref);
    }
  }

  #line(line: string, own: Package): void {
    const parts = partsOf(line, { workspace: this.#judging.project.workspace, package: own });
    if (parts === undefined || (parts.length === 1 && parts[0]?.kind === 'beside')) this.#notKnown(line);
    else this.add(parts, own);
  }

  #startIn(own: Package): void {
    for (const manifest of manifestOfScripts(this.#judging.placeOf(own))) this.manifests.add(manifest);
  }

  #script(ref: ScriptRef): void {
    const key = keyOf(ref);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#isWhole) this.#judging.inner.add(key);
    this.#startIn(ref.package);
    const named = leftOutByName(ref.script);
    if (named !== undefined && named !== REMOVES) this.off ??= { kind: 'off', why: named };
    const line = this.#judging.lineOf(ref);
    if (line === undefined) this.#notKnown(ref.script);
    else this.#line(line, ref.package);
  }

  #notKnown(text: string): void {
    this.unknown.push(text);
    this.facts = { ...this.facts, reads: undefined, writes: undefined };
  }

  #program(command: Extract<Part, { kind: 'program' }>['command'], own: Package): void {
    this.programs.push(command.program);
    const verdict = judge(command, this.#judging.placeOf(own));
    if (verdict === undefined) this.#notKnown(command.text);
    else if (verdict.kind === 'off') {
      this.off ??= verdict;
      this.#fixes.push(verdict.fixes);
    } else {
      const { facts } = verdict;
      if (facts.reads === undefined || facts.writes === undefined) this.unknown.push(command.text);
      if (facts.version !== undefined) this.versions.push(facts.version);
      this.facts = both(this.facts, facts);
    }
  }
}

/** Of one thing after the other: what the first has made is nothing that the second takes from outside. */
function both(first: Facts, second: Facts): Facts {
  const made = new Set(first.writes);
  const reads = second.reads?.filter((each) => typeof each !== 'string' || !made.has(each));
  const union = <T>(one: readonly T[] | undefined, other: readonly T[] | undefined): T[] | undefined =>
    one === undefined || other === undefined ? undefined : uniqueReads([...one, ...other]);
  return {
    role: ROLES[Math.max(ROLES.indexOf(first.role), ROLES.indexOf(second.role))] as Role,
    reads: union(first.reads, reads),
    writes: union(first.writes, second.writes),
    env: [...(first.env ?? []), ...(second.env ?? [])],
    followsImports: Boolean(first.followsImports || second.followsImports),
    isNeededByAll: Boolean(first.isNeededByAll || second.isNeededByAll),
    keepsOutputs: Boolean(first.keepsOutputs || second.keepsOutputs),
  };
}

function uniqueReads<T>(reads: readonly T[]): T[] {
  return [...new Map(reads.map((each) => [JSON.stringify(each), each])).values()];
}
