// What a rule is, and what it looks at.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { WrittenConfig } from '../model/written-config.ts';
import type { Syntax } from './document.ts';
import type { TaskDraft } from './expand.ts';

export interface RuleInput {
  /** Without what the schema objects to: a list may have holes, which `flatMap` and its kin pass over. */
  written: WrittenConfig;
  syntax: Syntax;
  tasks: readonly TaskDraft[];
  /** See `Expanded`. */
  names: ReadonlySet<string>;
}

type Said = Diagnostic | readonly Diagnostic[] | undefined;

/** What a check has to say of each; holes are passed over. */
export const each = <T>(all: readonly T[] | undefined, check: (one: T, at: number) => Said): Diagnostic[] =>
  (all ?? []).flatMap((one, at) => check(one, at) ?? []);

/** Looks at the text alone: what it has to say of a text is remembered with it, and it is not asked again. */
export type Rule = (input: RuleInput) => Diagnostic[];

/** Only those who look at the disk are told where it is. */
export interface DiskInput extends RuleInput {
  /** Absolute. */
  root: string;
}

/** Its answer may change while the text stays the same. */
export type DiskRule = (input: DiskInput) => Diagnostic[];
