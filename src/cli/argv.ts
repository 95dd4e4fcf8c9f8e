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
