// What `ptask learn` says of a task.

/** Why a file that was seen is not proposed. */
export type LeftOutBecause =
  /** It lies outside of the folder of the config. */
  | 'outside'
  /** It belongs to git or to ptask. */
  | 'own'
  /** An installed package. */
  | 'packages'
  /** A tool keeps it to be faster the next time. */
  | 'caches'
  /** The task has made it, in this run or an earlier one, and reads it. */
  | 'outputs'
  /** It lies beside the config, where all files were asked about and not this one was opened. */
  | 'walked'
  /** It was made and removed again. */
  | 'temporary';

export interface LeftOut {
  because: LeftOutBecause;
  files: number;
  /** Some of them, relative to the root; none of those that are outside of it. */
  examples: string[];
}

export interface LearnedPattern {
  /** An exclude begins with `!`. */
  pattern: string;
  /** Of the files that were seen and are not declared those that it matches; 0 for an exclude. */
  files: number;
  /** For reads, git ignores these files and no task declares to write them: an earlier run may have made them. */
  isIgnored: boolean;
  /** For reads, tasks that declare to write this; for writes, others that do so too. */
  writers: string[];
}

/** Of `reads` or of `writes`. */
export interface LearnedList {
  /** Files. */
  seen: number;
  /** Of these those that are not declared, relative to the root, sorted. */
  undeclared: string[];
  /** What would declare them, but for those that are excluded. */
  add: LearnedPattern[];
  /** Undeclared ones that an exclude of the task's own leaves out, which no pattern can bring back. */
  excluded: string[];
  /** Declared patterns that match nothing that was seen. */
  unseen: string[];
}

export interface Learned {
  task: string;
  /** How it ended in this run. */
  status: 'passed' | 'failed' | 'not-run';
  /** How it was seen. */
  by: 'strace' | 'node';
  /** Why that may not be all, clauses. */
  doubts: string[];
  reads: LearnedList;
  writes: LearnedList;
  leftOut: LeftOut[];
  /** Folders whose names it has listed, and of which it has read nothing. */
  listed: string[];
}
