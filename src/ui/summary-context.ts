// What all parts of a summary are given.

import type { Report } from '../model/report.ts';
import type { Failure } from '../present/failures.ts';
import type { ReadOutput } from '../report/excerpt.ts';
import type { Look } from './layout.ts';
import type { Terminal } from './terminal.ts';

export type SummaryTerminal = Pick<Terminal, 'write' | 'writeOutput' | 'columns' | 'colors' | 'unicode'>;

export interface SummaryOptions {
  /** Opens the logs of failed tasks and steps; without it, or where one is gone, the tail in the report is shown. */
  readOutput?: ReadOutput;
  /** Every task with its time, and every name in a list. */
  verbose?: boolean;
  /** One line, unless something failed or could not be integrated. */
  quiet?: boolean;
  /** The folder of the run, as a person in the working directory would write it. */
  folder?: string;
  /** The outputs stand above in sections; a command for the CI service in one must not be given a second time. */
  folded?: boolean;
  /** Whether its whole output is on the screen already. */
  wasShown?: (failure: Failure) => boolean;
}

export interface SummaryContext extends SummaryOptions {
  terminal: SummaryTerminal;
  look: Look;
  report: Report;
}
