// Where a task's commands do not run on this machine: all of them are one thing there, and what came of it is told as if they had run
// here. Types.

import type { Environment } from '../process/environment.ts';
import type { CommandResult } from '../process/executor.ts';
import type { OutputFile } from '../records/output.ts';

export interface Errand {
  /** What they would be given here. */
  env: Environment;
  output: OutputFile;
  /** Ends it there, too. */
  stop: AbortSignal;
  /** The commands have begun there. */
  onBegun(): void;
  /** They are over there: what is left is to fetch what they have done. */
  onEnded(): void;
}

export type RanElsewhere =
  /** @param part the one that has failed, if one has; what comes before it ended well */
  | { kind: 'ran'; part: 'setup' | 'run' | 'verify'; result: CommandResult }
  /** It was not tried, or nobody knows how it ended: a sentence without a full stop. */
  | { kind: 'trouble'; reason: string };

/** Never rejects. */
export interface Elsewhere {
  run(errand: Errand): Promise<RanElsewhere>;
}
