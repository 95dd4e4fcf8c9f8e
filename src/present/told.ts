// What is said of one event: to whom, of what, with which mark, and what there is room for.

import type { Mark } from './document.ts';
import { joined, say, type Text, task } from './text.ts';

/** Names in a sentence before the rest is counted. */
export const NAMED = 8;

/** From those who are told everything to those who are told the most important. */
export type Audience = 'task-log' | 'run-log' | 'verbose' | 'everybody';

export interface Told {
  mark: Mark;
  audience: Audience;
  /** The task or validation step it is about, where the sentence does not name it itself. */
  subject: Text;
  /** What a mark says as well. */
  verb?: string;
  text: Text;
  /** What a log has room for. */
  more?: Text;
  /** Markdown that a task has written. */
  quote?: string;
  /** What a CI service shows beside its log. */
  warning?: { title: Text; text: Text };
}

type More = Partial<Omit<Told, 'audience' | 'mark' | 'subject'>>;

const about =
  (subject: Text) =>
  (audience: Audience, mark: Mark, text: Text, more: More = {}): Told => ({
    ...{ audience, mark, subject, text },
    ...more,
  });
type Said = Parameters<ReturnType<typeof about>>;
export const aboutRun = about([]);
/** What follows the name of a task goes on from it, or is a sentence of its own after a colon. */
export const aboutTask = (id: string, ...said: Said): Told => about([task(id)])(...said);
export const aboutStep = (name: string, ...said: Said): Told => about(say`validate ${task(name)}`)(...said);

export const withColon = ({ subject, ...rest }: Told): Told => ({ ...rest, subject: [...subject, ':'] });

/** For a log: with all that there is room for, and no marks. */
export const inFull = ({ subject, verb, text, more = [] }: Told, withSubject = true): Text =>
  joined([withSubject ? subject : [], verb === undefined ? [] : [verb], say`${text}${more}`], ' ');
