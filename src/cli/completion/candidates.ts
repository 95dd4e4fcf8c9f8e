// Which words may stand where somebody is typing. Knows the commands and flags; what tasks and runs there are it asks for.

import type { Argument, Command, Option } from 'commander';
import { isCommand, takesNext } from '../argv.ts';

export interface Candidate {
  word: string;
  /** One line, or nothing. */
  about: string;
}

/** What only the repository knows; asked for where it is wanted. */
export interface Sources {
  tasks(): Promise<Candidate[]>;
  tags(): Promise<Candidate[]>;
  runs(): Promise<Candidate[]>;
}

/** `files`: the shell itself knows best. */
export type Candidates = Candidate[] | 'files';

/** Where the name of an option's value says that it is a path. */
const PATH = /<(?:file|folder|format=file)>/;

/**
 * @param words what stands before, without `ptask` itself
 * @param current as far as it has been typed
 */
export async function candidates(
  ptask: Command,
  words: readonly string[],
  current: string,
  sources: Sources,
): Promise<Candidates> {
  // What comes after is for the task.
  if (words.includes('--')) return 'files';
  const { command, given, options, waiting } = read(ptask, words);
  const [, flag = '', value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  const open = value === undefined ? waiting : options.find(({ long }) => long === flag);
  if (open !== undefined) {
    const found = await valuesOf(open, sources);
    if (found === 'files' || value === undefined)
      return found === 'files' ? found : startingWith(found, current);
    return startingWith(
      found.map(({ word, about }) => ({ word: `${flag}=${word}`, about })),
      current,
    );
  }
  if (current.startsWith('-')) return startingWith(options.flatMap(flagsOf), current);
  const argument = argumentAt(command ?? defaultOf(ptask), given.length);
  const found = argument === undefined ? [] : await wordsOf(argument, sources);
  const commands = command === undefined && given.length === 0 ? commandsOf(ptask) : [];
  const all = command?.name() === 'help' ? commandsOf(ptask) : [...found, ...commands];
  return startingWith(
    all.filter(({ word }) => !given.includes(word)),
    current,
  );
}

interface ReadLine {
  /** Undefined as long as none is named: then it is that of tasks. */
  command: Command | undefined;
  /** Its arguments. */
  given: string[];
  options: readonly Option[];
  /** The option whose value comes next. */
  waiting: Option | undefined;
}

function read(ptask: Command, words: readonly string[]): ReadLine {
  let name: string | undefined;
  const given: string[] = [];
  let waiting: Option | undefined;
  const all = [ptask, ...ptask.commands].flatMap(({ options }) => options);
  for (const word of words) {
    if (waiting !== undefined) waiting = undefined;
    else if (/^-./.test(word)) waiting = takesNext(word, all) ? optionOf(word, all) : undefined;
    else if (name === undefined && given.length === 0 && isCommand(ptask, word)) name = word;
    else given.push(word);
  }
  const command =
    name === 'help' ? ptask.createCommand('help') : ptask.commands.find((each) => each.name() === name);
  const help = ptask.createOption('-h, --help', 'display help for command');
  const own = (command ?? defaultOf(ptask)).options;
  return {
    command,
    given,
    options: [...own, ...ptask.options, help].filter(({ hidden }) => !hidden),
    waiting,
  };
}

/** Of short flags together the last one waits. */
const optionOf = (word: string, options: readonly Option[]): Option | undefined =>
  options.find(({ long, short }) => long === word || (!word.startsWith('--') && short === `-${word.at(-1)}`));

const defaultOf = (ptask: Command): Command => ptask.commands.find((each) => each.name() === 'run') ?? ptask;

/** The last one may take all that follow. */
function argumentAt({ registeredArguments: all }: Command, at: number): Argument | undefined {
  const last = all.at(-1);
  return all[at] ?? (last?.variadic ? last : undefined);
}

async function wordsOf(argument: Argument, { tasks, runs }: Sources): Promise<Candidate[]> {
  if (argument.argChoices) return argument.argChoices.map(bare);
  if (['tasks', 'task', 'other'].includes(argument.name())) return tasks();
  return argument.name() === 'run' ? runs() : [];
}

async function valuesOf(option: Option, { tasks, tags, runs }: Sources): Promise<Candidates> {
  if (option.argChoices) return option.argChoices.map(bare);
  if (PATH.test(option.flags)) return 'files';
  if (option.long === '--run') return runs();
  if (option.long === '--tag') return tags();
  return /<task/.test(option.flags) ? tasks() : [];
}

const bare = (word: string): Candidate => ({ word, about: '' });

/** By their long names, or where they have none by the short one. */
const flagsOf = ({ long, short, description }: Option): Candidate[] =>
  [long ?? short ?? ''].map((word) => ({ word, about: description }));

const commandsOf = (ptask: Command): Candidate[] =>
  ptask
    .createHelp()
    .visibleCommands(ptask)
    .map((command) => ({ word: command.name(), about: command.summary() || command.description() }));

const startingWith = (found: readonly Candidate[], current: string): Candidate[] =>
  found.filter(({ word }) => word.startsWith(current));
