// What commander says of a wrong command line, said in the way of everything else that is wrong.

import type { Command, CommanderError } from 'commander';
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import { takesNext } from './argv.ts';
import { type FlagScene, insteadOf } from './foreign-hints.ts';
import { configOf, openSession, refuse, type Session } from './session.ts';

type Told = Pick<Diagnostic, 'message' | 'hint'>;

/** Its sentences, each with what is told instead. */
const SENTENCES: readonly [RegExp, (scene: FlagScene, ...found: string[]) => Told][] = [
  [
    /^unknown option '(.+?)'(?:\n\(Did you mean (?:one of )?(.+)\?\))?$/s,
    (scene, flag, near) => ({
      message: `unknown option \`${flag}\``,
      ...hintFor(scene, flag, near),
    }),
  ],
  [
    /^option '(.+?)' argument '(.*)' is invalid\. (.+)$/s,
    (_, flag, value, expected) => ({
      message: `invalid value \`${value}\` for \`${flag}\``,
      hint: clause(expected),
    }),
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+?)'\. (.+)$/s,
    (_, value, name, expected) => ({
      message: `invalid value \`${value}\` for \`${name}\``,
      hint: clause(expected),
    }),
  ],
  [
    /^option '(.+)' argument missing$/s,
    (scene, flags = '') => ({
      message: `\`${flags}\` needs a value`,
      ...hintFor(scene, /--[\w-]+/.exec(flags)?.[0]),
    }),
  ],
  [
    /^missing required argument '(.+)'$/s,
    (_, name) => ({ message: `the argument \`<${name}>\` is missing` }),
  ],
  [
    /^too many arguments for '(.+)'\. Expected (\d+) arguments? but got (\d+)/s,
    (_, command, most, given) => ({
      message: `too many arguments for \`ptask ${command}\`: ${given} given, ${most === '0' ? 'none' : `at most ${most}`} expected`,
    }),
  ],
];

function hintFor(scene: FlagScene, flag = '', near?: string): Pick<Told, 'hint'> {
  const instead = insteadOf(flag, scene);
  if (instead !== undefined) return { hint: instead };
  return near === undefined ? {} : { hint: `did you mean ${near.split(', ').map(quoted).join(' or ')}?` };
}

const quoted = (word: string): string => `\`${word}\``;

/** `Allowed choices are a, b.` and `Expected a number.` as clauses. */
const clause = (sentence = ''): string =>
  sentence
    .replace(/^Allowed choices are (?=.*,)/, 'expected one of ')
    .replace(/^Allowed choices are /, 'expected ')
    .replace(/^Expected /, 'expected ')
    .replace(/\.$/, '');

function usageErrorOf({ message }: CommanderError, scene: FlagScene, isNamed: boolean): Diagnostic {
  const said = message.replace(/^error: /, '');
  const hint = `ptask ${isNamed ? `${scene.command} ` : ''}--help lists the options`;
  for (const [form, tell] of SENTENCES) {
    const found = form.exec(said);
    if (found !== null) return { hint, ...tell(scene, ...found.slice(1)) };
  }
  return { message: said, hint };
}

/** @param wrong what commander says; without it help was asked for of a command that there is not */
export async function refuseUsage(
  ptask: Command,
  words: readonly string[],
  wrong?: CommanderError,
): Promise<number> {
  const names = ptask.commands.map((command) => command.name());
  const session = openSession(ptask.opts());
  const [first, second = ''] = words;
  if (wrong === undefined) {
    const hint = didYouMean(second, names) ?? 'ptask --help lists the commands';
    return refuse(session, [{ message: `unknown command \`${second}\``, hint }]);
  }
  const named = names.find((name) => name === first);
  const scene = await sceneOf(ptask, session, named, named === undefined ? words : words.slice(1));
  return refuse(session, [usageErrorOf(wrong, scene, named !== undefined)]);
}

async function sceneOf(
  ptask: Command,
  session: Session,
  command = 'run',
  words: readonly string[],
): Promise<FlagScene> {
  const config = await configOf(session);
  const options = [ptask, ...ptask.commands].flatMap((each) => each.options);
  const chosen = words.filter(
    (word, at) => !word.startsWith('-') && !takesNext(words[at - 1] ?? '', options),
  );
  return { command, chosen, tasks: config.ok ? config.value.tasks.map(({ id }) => id) : [] };
}
