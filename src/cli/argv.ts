// What a flag means is the same wherever it stands: `ptask --json plan` is `ptask plan --json`.

import type { Command, Option } from 'commander';

export const isCommand = (program: Command, word: string): boolean =>
  word === 'help' ||
  program.commands.some((command) => [command.name(), ...command.aliases()].includes(word));

/** Whether the word after this flag is its value. */
export function takesNext(word: string, options: readonly Option[]): boolean {
  if (word.startsWith('--')) return options.some(({ long, required }) => required && long === word);
  // `-qc 4`: short flags together, of which the first with a value has the rest of the word for it, or the next word.
  for (let at = 1; at < word.length; at += 1)
    if (options.some(({ short, required }) => required && short === `-${word[at]}`))
      return at === word.length - 1;
  return false;
}

/**
 * The words with the command first. Commander knows a command's flags only once it has seen its name, and would take a
 * name behind a flag for that of a task. The first word that is no flag, nor the value of one, is where a command stands.
 */
export function commandFirst(program: Command, argv: readonly string[]): string[] {
  const options = [program, ...program.commands].flatMap((command) => command.options);
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] as string;
    if (word === '--') break;
    if (/^-./.test(word)) {
      if (takesNext(word, options)) at += 1;
      // What follows belongs to it, whatever it is called.
      if (options.some(({ long, variadic }) => variadic && long === word)) break;
      continue;
    }
    return isCommand(program, word) ? [word, ...argv.slice(0, at), ...argv.slice(at + 1)] : [...argv];
  }
  return [...argv];
}

/** The commands with tasks to hand arguments to. */
const WITH_ARGUMENTS = new Set(['run', 'plan']);

/** The words of ptask itself, and those behind `--`, which are for a task; undefined where there is no `--`. */
export function splitArguments(
  program: Command,
  argv: readonly string[],
): { words: string[]; passedOn: string[] | undefined } {
  const words = commandFirst(program, argv);
  const isNamed = program.commands.some((command) => command.name() === words[0]);
  const name = isNamed ? (words[0] as string) : 'run';
  const command = program.commands.find((each) => each.name() === name);
  const options = [program, command].flatMap((each) => each?.options ?? []);
  const end = WITH_ARGUMENTS.has(name) ? endOfWords(options, words) : -1;
  if (end < 0) return { words, passedOn: undefined };
  return { words: words.slice(0, end), passedOn: words.slice(end + 1) };
}

/** Where `--` stands, if it belongs to no flag. */
function endOfWords(options: readonly Option[], words: readonly string[]): number {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--') return at;
    if (options.some(({ long, variadic }) => variadic && long === word)) return -1;
    if (/^-./.test(word) && takesNext(word, options)) at += 1;
  }
  return -1;
}
