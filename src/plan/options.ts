// What a plan is asked with. Types only: they are part of the public API, which brings in nothing else.

import type { StrategyName } from '../config/config.ts';

/** Which tasks are asked for, with all that they need. */
export interface Selection {
  /** Only these: names, and patterns of names such as `test:*`. All when empty. */
  tasks?: readonly string[] | undefined;
  /** Of those only the ones with one of these tags. */
  tags?: readonly string[] | undefined;
  /** Names and patterns of those that are left out, unless others need them. */
  except?: readonly string[] | undefined;
  /** Nothing beside these, whatever they need or read. */
  only?: boolean | undefined;
  /** Whoever writes what these read comes along, also where that is in git; without it only where it is not. */
  withWriters?: boolean | undefined;
  /** Whoever comes after these, since it reads what they write or needs them, comes along, too. */
  withDependents?: boolean | undefined;
}

export interface PlanOptions extends Selection {
  /** Instead of the config's. */
  strategy?: StrategyName | 'auto' | undefined;
  /** Refuse a plan whose letter is not among these. */
  requireStrategy?: readonly string[] | undefined;
  /** What stands against isolation in worktrees. */
  isolation?: IsolationFacts | undefined;
}

/** What stands against isolation, as plain data. Nothing does where there are no facts. */
export interface IsolationFacts {
  /** Why there can be no worktrees at all, a sentence without a full stop. */
  unusable?: string;
  /** Paths that git cannot merge, each with the reason: `git ignores it`. */
  outside: Readonly<Record<string, string>>;
  /** Folders that are repositories of their own, of which a worktree has nothing: who may write in one is not isolated. */
  repositories?: readonly string[];
  /** What was learned in earlier runs, for tasks whose policy is `auto`. */
  experience?: Experience;
}

export interface Experience {
  /** Pairs whose results mostly do not fit together. */
  colliding: readonly (readonly [string, string])[];
  /** Tasks that take less time than a worktree does. */
  brief: readonly string[];
}
