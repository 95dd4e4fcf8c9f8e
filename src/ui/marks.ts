// One sign for one thing, in ASCII where nothing else comes out right.

import type { Mark } from '../present/document.ts';
import type { Colors } from './terminal.ts';

/** The signs of a run and of what is said about it, and what stands for them in ASCII. */
const SIGNS = {
  passed: ['✔', '+'],
  failed: ['✖', 'x'],
  'rolled-back': ['⟲', '<'],
  skipped: ['⊘', '-'],
  cancelled: ['■', '!'],
  waiting: ['◌', '.'],
  /** Again, after a failure or a collision. */
  retrying: ['↻', '~'],
  warning: ['⚠', '*'],
  started: ['▸', '>'],
  /** A service that is up. */
  serving: ['●', 'o'],
  /** Before a line of output. */
  tail: ['│', '|'],
  ellipsis: ['…', '...'],
  /** Of a bar: what is over, where it stands, what is left, and what is left when there are no colours. */
  full: ['━', '#'],
  edge: ['╺', '-'],
  rest: ['━', '-'],
  plainRest: ['─', '-'],
  rule: ['─', '-'],
  arrow: ['→', '->'],
  dot: ['·', '-'],
  bullet: ['•', '-'],
  times: ['×', 'x'],
} as const satisfies Record<string, readonly [string, string]>;

export type Marks = Record<keyof typeof SIGNS, string>;

const marks = (at: 0 | 1): Marks =>
  Object.fromEntries(Object.entries(SIGNS).map(([name, signs]) => [name, signs[at]])) as Marks;

const [UNICODE, ASCII] = [marks(0), marks(1)];

export const marksOf = ({ unicode }: { unicode: boolean }): Marks => (unicode ? UNICODE : ASCII);

/** How a status or another mark is painted. */
export const PAINTS = {
  passed: 'green',
  failed: 'red',
  'rolled-back': 'red',
  skipped: 'yellow',
  cancelled: 'yellow',
  retrying: 'yellow',
  warning: 'yellow',
  waiting: 'dim',
  started: 'dim',
  serving: 'green',
  dot: 'dim',
} as const satisfies Partial<Record<Mark, keyof Colors>>;

/** The sign of a mark in its colour. */
export const signOf = (mark: Mark, { unicode, colors }: { unicode: boolean; colors: Colors }): string =>
  mark === 'bullet' ? marksOf({ unicode })[mark] : colors[PAINTS[mark]](marksOf({ unicode })[mark]);
