// Text on one line of a screen: names as they are, and nothing in them that moves a cursor.

import { printable, spoken } from './format.ts';
import type { Sign, Span, Text } from './text.ts';

/** A description, a reason or a name on one line, whatever somebody put into it. */
export const oneLine = (text: string): string => printable(text.replace(/\s+/g, ' ').trim());

/** Words may begin or end with a space, for what comes before or after them. */
const words = (text: string): string => printable(text.replace(/\s+/g, ' '));

/** How a screen shows what is told apart. */
export interface Paint {
  task: (text: string) => string;
  code: (text: string) => string;
  strong: (text: string) => string;
  faint: (text: string) => string;
  sign: Record<Sign, string>;
}

export const SIGNS: Record<Sign, string> = { arrow: '→', ellipsis: '…' };

export function plain(text: Text, paint: Partial<Paint> = {}): string {
  const same = (shown: string): string => shown;
  const { task = same, code = same, strong = same, faint = same, sign = SIGNS } = paint;
  const shown = (span: Span): string => {
    if (typeof span === 'string') return words(span);
    if ('task' in span) return task(oneLine(span.task));
    if ('code' in span) return code(oneLine(span.code));
    if ('strong' in span) return strong(plain(span.strong, paint));
    if ('faint' in span) return faint(plain(span.faint, paint));
    if ('sign' in span) return sign[span.sign];
    return 'status' in span ? spoken(span.status) : '';
  };
  return text.map(shown).join('');
}
