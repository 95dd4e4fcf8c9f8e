// The pieces that prompts are put together from. Unaware of tasks.

const MOST_COMMANDS = 5;

export interface Section {
  title: string;
  /** Left out where it is empty. */
  body: string;
}

/** A title and its sections, as plain a markdown as any agent can read. */
export function compose(title: string, sections: readonly Section[]): string {
  const parts = sections
    .filter(({ body }) => body !== '')
    .map(({ title: heading, body }) => `## ${heading}\n\n${body}`);
  return `${[`===== ${title} =====`, ...parts].join('\n\n')}\n`;
}

export const bullets = (items: readonly string[]): string =>
  items.map((item) => `- ${indented(item)}`).join('\n');

export const numbered = (items: readonly string[]): string =>
  items.map((item, at) => `${at + 1}. ${indented(item)}`).join('\n');

export const paragraphs = (texts: readonly string[]): string =>
  texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n\n');

/** The lines after the first one belong to the item. */
const indented = (text: string): string => text.trim().replace(/\n(?=.)/g, '\n   ');

/** Its fence is longer than any inside it. */
export function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(', ');

/** Commands, of many the first ones. */
export function commands(all: readonly string[]): string {
  const more = all.length > MOST_COMMANDS ? ` and ${all.length - MOST_COMMANDS} more` : '';
  return `${code(all.slice(0, MOST_COMMANDS))}${more}`;
}

/** What a list of globs reaches, and what it leaves out. */
export function globs(patterns: readonly string[]): string {
  const included = patterns.filter((pattern) => !pattern.startsWith('!'));
  const excluded = patterns.flatMap((pattern) => (pattern.startsWith('!') ? [pattern.slice(1)] : []));
  return `${code(included)}${excluded.length > 0 ? `, and not ${code(excluded)}` : ''}`;
}

/** What others wrote, whose headings are none of ours. */
export const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

/** `a`, `a and b`, `a, b and c`. */
export const named = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
