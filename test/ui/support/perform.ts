// Plays the scenes of replay.ts in a terminal.

import { program } from '../../support/program.ts';
import { type PseudoTerminal, type Shot, type TerminalOptions, terminal } from '../../support/pty.ts';

export interface Played {
  /** At each mark. */
  shots: (Shot & { mark: string })[];
  /** At this mark, which is there. */
  at: (mark: string) => Shot;
  /** At the end. */
  last: Shot;
  /** Every byte the process wrote. */
  raw: string;
  code: number;
  signal: number | undefined;
}

export interface PerformOptions extends TerminalOptions {
  /** What to do when the process sets a mark: resize it, send a signal. */
  onMark?: (mark: string, terminal: PseudoTerminal) => void;
}

let player: Promise<string> | undefined;

/** Plays a scene to its end. */
export async function perform(scene: string, options: PerformOptions): Promise<Played> {
  player ??= program('ui/support/replay.ts');
  const shots: Played['shots'] = [];
  const pty = terminal(process.execPath, [await player, scene], {
    ...options,
    onMark(mark, now) {
      shots.push({ mark, ...now.shot() });
      options.onMark?.(mark, now);
    },
  });
  const { code, signal } = await pty.exited;
  const last = pty.shot();
  const at = (mark: string) => {
    const shot = shots.find((candidate) => candidate.mark === mark);
    if (shot === undefined) throw new Error(`"${scene}" has never come to "${mark}":\n${last.scrollback}`);
    return shot;
  };
  return { shots, at, last, raw: pty.raw(), code, signal };
}
