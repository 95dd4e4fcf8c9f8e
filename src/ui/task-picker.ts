// Tasks chosen by a person at a terminal: typing filters them, space marks one, enter runs those that are marked.

import { AutocompletePrompt, isCancel } from '@clack/core';
import { printable } from '../present/format.ts';
import { fitting, padEnd, widthOf } from './layout.ts';
import { type Marks, marksOf } from './marks.ts';
import type { Terminal } from './terminal.ts';

export interface Choice {
  /** The name of a task. */
  value: string;
  /** What it is for, on one line. */
  about: string;
}

/** Lines beside the list. */
const AROUND = 4;
const LEAST_LINES = 3;

/** Undefined where nothing was chosen: Ctrl-C or Escape. */
export async function pickFrom(choices: Choice[], terminal: Terminal): Promise<string[] | undefined> {
  const marks = marksOf(terminal);
  const { stream } = terminal;
  const prompt: AutocompletePrompt<Choice> = new AutocompletePrompt<Choice>({
    ...{ options: choices, multiple: true, filter: fits, output: stream },
    render: () => screen(prompt, terminal, marks),
    validate: () => (pickedIn(prompt).length === 0 ? 'no task matches' : undefined),
  });
  // Space is no part of a name: it marks wherever one is, and is never typed.
  prompt.isNavigating = true;
  prompt.on('key', () => {
    prompt.isNavigating = true;
  });
  const ended = await prompt.prompt();
  return isCancel(ended) ? undefined : pickedIn(prompt);
}

const fits = (typed: string, { value, about }: Choice): boolean =>
  [value, about].some((text) => text.toLowerCase().includes(typed.toLowerCase()));

/** Those that are marked, else the one that is pointed at, in the order of declaration. */
function pickedIn({ selectedValues, focusedValue, options }: AutocompletePrompt<Choice>): string[] {
  const wanted = selectedValues.length > 0 ? selectedValues : [focusedValue];
  return options.map(({ value }) => value).filter((value) => wanted.includes(value));
}

function screen(prompt: AutocompletePrompt<Choice>, terminal: Terminal, marks: Marks): string {
  const { bold, cyan, dim, yellow } = terminal.colors;
  // A cell is left free, since some terminals break a line that is just full.
  const columns = terminal.columns() - 1;
  const cut = (text: string): string =>
    widthOf(text) <= columns ? text : `${fitting(text, columns - widthOf(marks.ellipsis))}${marks.ellipsis}`;
  if (prompt.state === 'cancel') return dim('no task was chosen\n');
  if (prompt.state === 'submit') return `${dim(cut(`ptask ${pickedIn(prompt).join(' ')}`))}\n`;
  const { filteredOptions: found, selectedValues, focusedValue, userInput, options } = prompt;
  const width = Math.max(...options.map(({ value }) => widthOf(value)));
  const [on, off] = terminal.unicode ? ['◉', '○'] : ['[x]', '[ ]'];
  const line = ({ value, about }: Choice): string => {
    const isFocused = value === focusedValue;
    const text = cut(
      `${isFocused ? marks.started : ' '} ${selectedValues.includes(value) ? on : off} ${padEnd(printable(value), width)}  ${printable(about)}`,
    );
    return isFocused ? cyan(text) : selectedValues.includes(value) ? text : dim(text);
  };
  const shown = around(found, prompt.cursor, Math.max(LEAST_LINES, terminal.rows() - AROUND));
  const counted = `${selectedValues.length} marked, ${found.length} of ${options.length}`;
  return [
    bold(cut('Type to filter, space marks, enter runs')),
    cut(`> ${userInput}`),
    ...shown.map(line),
    prompt.state === 'error' ? yellow(prompt.error) : dim(cut(counted)),
  ].join('\n');
}

/** So many of a list that the one at a place is among them, in the middle where there is room. */
function around<T>(all: readonly T[], at: number, most: number): readonly T[] {
  const start = Math.max(0, Math.min(at - Math.floor(most / 2), all.length - most));
  return all.slice(start, start + most);
}
