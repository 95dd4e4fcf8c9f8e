// What programs print for a terminal alone: colours, moves of the cursor, titles. Taken out where no terminal is, and
// made harmless where one is. Knows neither files nor reports. See ECMA-48, and ctlseqs of xterm.

/**
 * Commands (CSI), strings (OSC, DCS and their kin; one that does not end is cut with its line), everything else: other
 * escapes, and lone characters that a terminal acts on. Tabs, line ends and backspaces stay within the line.
 */
const CODES = String.raw`\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?|[\x01-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]`;
/** With the lone characters that begin or replace one, and those that turn the direction of what is read. */
const IN_TEXT = new RegExp(`${CODES}|[\\x80-\\x9f\\u202a-\\u202e\\u2066-\\u2069]`, 'g');
/** The same where each character is a byte of UTF-8. */
const IN_BYTES = new RegExp(
  `${CODES}|\\xc2[\\x80-\\x9f]|\\xe2(?:\\x80[\\xaa-\\xae]|\\x81[\\xa6-\\xa9])`,
  'g',
);

/** Colours, what stays within the line (`K` and its kin), and links that are closed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const HARMLESS = /^\x1b(?:\[[\d;:]*[mKCDGXP@]|\]8;[^\x07\x1b]*(?:\x07|\x1b\\))$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const COLOR = /^\x1b\[[\d;:]*m$/;
/** Switches off what an output may have switched on. */
export const RESET = '\x1b]8;;\x1b\\\x1b[0m';

/** Text of our own with that of others in it: nothing of it but colours acts on a terminal. */
export const harmlessText = (text: string): string =>
  text.replace(IN_TEXT, (code) => (COLOR.test(code) ? code : '')).replace(/[\b]|\r(?!\n)/g, '');

/** JSON says in its own way what a terminal would act on: the text means the same. */
export const harmlessJson = (json: string): string =>
  json.replace(
    /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Text for those who have no terminal: a page, a file of a report, a screen without colours. */
export const withoutCodes = (text: string): string => text.replace(IN_TEXT, '');

/**
 * An output as it can stand between other lines: its colours are kept where there are any; what would wipe the screen
 * or lines above, move up or jump, scroll, or change the terminal (its title, its modes) is taken out; it ends with a
 * newline, and no state of the terminal outlives it.
 */
export function settle(text: string, colors = true): string {
  if (text === '') return '';
  const kept = text.replace(IN_TEXT, colors ? harmless : () => '');
  return `${kept}${kept.endsWith('\n') ? '' : '\n'}${resetOf(kept)}`;
}

const harmless = (code: string): string => (HARMLESS.test(code) ? code : '');

/** Only what the text may have switched on, so that a plain log stays plain. */
function resetOf(text: string): string {
  if (!text.includes('\x1b')) return '';
  const link = text.includes('\x1b]8;') ? '\x1b]8;;\x1b\\' : '';
  return `${link}\x1b[0m`;
}

/** A line longer than this goes on in parts, cut before what may be the beginning of a code. */
const LONG = 65_536;
const LONGEST_CODE = 4_096;

/** `settle` for what is too long to be held: bytes in, bytes out, whatever they are, and no newline but theirs. */
export class Settling {
  readonly #colors: boolean;
  #kept = '';
  /** Codes that were let through, of each kind one. */
  readonly #switched = new Set<string>();

  constructor(colors: boolean) {
    this.#colors = colors;
  }

  push(chunk: Buffer): Uint8Array {
    const text = this.#kept + chunk.toString('latin1');
    // The last newline waits: what switches off what is on stands before it.
    let end = Math.max(0, text.lastIndexOf('\n'));
    if (text.length - end > LONG) {
      const code = text.lastIndexOf('\x1b');
      end = code > text.length - LONGEST_CODE ? code : text.length;
    }
    this.#kept = text.slice(end);
    return this.#settled(text.slice(0, end));
  }

  /** What has been held back, and what switches off again what is on. */
  end(): Uint8Array {
    const rest = this.#settled(this.#kept).toString('latin1');
    const [, line = '', newline = ''] = /^(.*?)(\n?)$/s.exec(rest) ?? [];
    return Buffer.from(`${line}${resetOf([...this.#switched].join(''))}${newline}`, 'latin1');
  }

  #settled(text: string): Buffer {
    const kept = text.replace(IN_BYTES, (code) => {
      const shown = this.#colors ? harmless(code) : '';
      if (shown !== '') this.#switched.add(shown.startsWith('\x1b]8;') ? '\x1b]8;' : shown.slice(0, 6));
      return shown;
    });
    return Buffer.from(kept, 'latin1');
  }
}
