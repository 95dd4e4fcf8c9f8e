// What a rule is, and what it looks at.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { Syntax } from './syntax.ts';

export interface RuleInput {
  /** Without what the schema objects to: a list may have holes, which `flatMap` and its kin pass over. */
  written: WrittenConfig;
  syntax: Syntax;
  /** Absolute. */
  root: string;
  /** The tasks that the schema objects to, in whole or in part. */
  broken: ReadonlySet<string>;
}

export type Rule = (input: RuleInput) => Diagnostic[];

export const tasksOf = ({ written }: RuleInput) => Object.entries(written.tasks ?? {});
