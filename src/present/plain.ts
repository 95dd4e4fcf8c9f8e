// Text on one line of a screen: names as they are, and nothing in them that moves a cursor.

import { printable, spoken } from './format.ts';
import type { Span, Text } from './text.ts';

/** A description, a reason or a name on one line, whatever somebody put into it. */
export const oneLine = (text: string): string => printable(text.replace(/\s+/g, ' ').trim());

/** Words may begin or end with a space, for what comes before or after them. */
const words = (text: string): string => printable(text.replace(/\s+/g, ' '));

/** @param strong how emphasis is painted */
export function plain(text: Text, strong: (text: string) => string = (shown) => shown): string {
  const shown = (span: Span): string => {
    if (typeof span === 'string') return words(span);
    if ('task' in span) return oneLine(span.task);
    if ('code' in span) return oneLine(span.code);
    if ('strong' in span) return strong(plain(span.strong));
    return 'status' in span ? spoken(span.status) : '';
  };
  return text.map(shown).join('');
}
