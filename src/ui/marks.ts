// One sign for one thing, in ASCII where nothing else comes out right.

import type { Mark } from '../present/document.ts';
import type { Colors } from './terminal.ts';

/** The signs of a run and of what is said about it. */
export interface Marks {
  passed: string;
  failed: string;
  'rolled-back': string;
  skipped: string;
  cancelled: string;
  waiting: string;
  /** Again, after a failure or a collision. */
  retrying: string;
  warning: string;
  started: string;
  /** Before a line of output. */
  tail: string;
  ellipsis: string;
  /** Of a bar: what is over, where it stands, what is left, and what is left when there are no colours. */
  full: string;
  edge: string;
  rest: string;
  plainRest: string;
  rule: string;
  arrow: string;
  dot: string;
  bullet: string;
  times: string;
}

const UNICODE: Marks = {
  passed: '✔',
  failed: '✖',
  'rolled-back': '⟲',
  skipped: '⊘',
  cancelled: '■',
  waiting: '◌',
  retrying: '↻',
  warning: '⚠',
  started: '▸',
  tail: '│',
  ellipsis: '…',
  full: '━',
  edge: '╺',
  rest: '━',
  plainRest: '─',
  rule: '─',
  arrow: '→',
  dot: '·',
  bullet: '•',
  times: '×',
};

const ASCII: Marks = {
  passed: '+',
  failed: 'x',
  'rolled-back': '<',
  skipped: '-',
  cancelled: '!',
  waiting: '.',
  retrying: '~',
  warning: '*',
  started: '>',
  tail: '|',
  ellipsis: '...',
  full: '#',
  edge: '-',
  rest: '-',
  plainRest: '-',
  rule: '-',
  arrow: '->',
  dot: '-',
  bullet: '-',
  times: 'x',
};

type Look = { unicode: boolean; colors: Colors };

/** The sign of a mark in its colour. */
export function signOf(mark: Mark, { unicode, colors }: Look): string {
  const paint = {
    passed: colors.green,
    failed: colors.red,
    'rolled-back': colors.red,
    skipped: colors.yellow,
    cancelled: colors.yellow,
    retrying: colors.yellow,
    warning: colors.yellow,
    waiting: colors.dim,
    started: colors.dim,
    dot: colors.dim,
    bullet: String,
  }[mark];
  return paint(marksOf({ unicode })[mark]);
}

export const marksOf = ({ unicode }: { unicode: boolean }): Marks => (unicode ? UNICODE : ASCII);
