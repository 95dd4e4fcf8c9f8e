// Chooses how a run is shown.

import { elapsed } from '../base/elapsed.ts';
import { LinesReporter } from './lines.ts';
import type { Clock, Reporter, ReporterOptions } from './reporter.ts';

const realClock: Clock = {
  now: () => elapsed(),
  every(ms, tick) {
    const timer = setInterval(tick, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

const silent: Reporter = {
  onEvent() {},
  close: () => Promise.resolve(),
};

/** `auto` is the tree where a person watches and wants neither less than it (quiet) nor more (verbose). */
export async function createReporter(options: ReporterOptions): Promise<Reporter> {
  const { kind, terminal, env, verbose, quiet, clock = realClock } = options;
  if (kind === 'silent') return silent;
  const canMove = terminal.stream.isTTY === true && env.TERM !== 'dumb';
  const wanted = kind === 'tree' ? canMove : kind === 'auto' && terminal.interactive && !verbose;
  if (!wanted || quiet) return new LinesReporter(options, clock);
  // Loaded only here: listr2 takes longer to load than all of ours.
  const { TreeReporter } = await import('./tree/tree.ts');
  return new TreeReporter(terminal, clock);
}
