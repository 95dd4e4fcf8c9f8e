// HTML from templates: what is put into one is escaped unless it is markup itself.

import { withoutCodes } from '../present/terminal-codes.ts';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(strings.map((text, at) => text + (at < parts.length ? put(parts[at]) : '')).join(''));
}

/** Only for what is known to be markup, a style or a script of ours. */
export const raw = (text: string): Markup => new Markup(text);

export const nothing: Markup = raw('');

function put(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  return typeof part === 'number' ? String(part) : part.map(put).join('');
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What was for a terminal is left out; other control characters and lone surrogates, which no HTML may hold, become the sign for what cannot be shown. */
const escaped = (text: string): string =>
  withoutCodes(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
