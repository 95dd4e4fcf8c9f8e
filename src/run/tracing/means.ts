// A way to see what commands do to files. Types only.

import type { Command } from '../process/executor.ts';
import type { Access } from './access.ts';

export interface Means {
  kind: 'strace' | 'node';
  /** Why it sees only a part, a clause; undefined where it sees all. */
  partial?: string;
  /** The command, so that what it does is written into a file that is not there yet. */
  traced(command: Command, file: string): Command;
  /**
   * Once the command is over: what stands in the file, in order.
   * @returns why that may not be all, a clause
   */
  read(file: string, command: Command, tell: (access: Access) => void): Promise<string | undefined>;
}
