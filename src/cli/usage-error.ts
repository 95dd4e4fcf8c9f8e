// What commander says of a wrong command line, said in the way of everything else that is wrong.

import type { Command, CommanderError } from 'commander';
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import { insteadOf } from './foreign-hints.ts';
import { openSession, refuse } from './session.ts';

type Told = Pick<Diagnostic, 'message' | 'hint'>;

/** Its sentences, each with what is told instead. */
const SENTENCES: readonly [RegExp, (...found: string[]) => Told][] = [
  [
    /^unknown option '(.+?)'(?:\n\(Did you mean (?:one of )?(.+)\?\))?$/s,
    (flag, near) => ({
      message: `unknown option \`${flag}\``,
      ...hintFor(flag, near),
    }),
  ],
  [
    /^option '(.+?)' argument '(.*)' is invalid\. (.+)$/s,
    (flag, value, expected) => ({
      message: `invalid value \`${value}\` for \`${flag}\``,
      hint: clause(expected),
    }),
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+?)'\. (.+)$/s,
    (value, name, expected) => ({
      message: `invalid value \`${value}\` for \`${name}\``,
      hint: clause(expected),
    }),
  ],
  [
    /^option '(.+)' argument missing$/s,
    (flags = '') => ({
      message: `\`${flags}\` needs a value`,
      ...hintFor(/--[\w-]+/.exec(flags)?.[0]),
    }),
  ],
  [/^missing required argument '(.+)'$/s, (name) => ({ message: `the argument \`<${name}>\` is missing` })],
  [
    /^too many arguments for '(.+)'\. Expected (\d+) arguments? but got (\d+)/s,
    (command, most, given) => ({
      message: `too many arguments for \`ptask ${command}\`: ${given} given, ${most === '0' ? 'none' : `at most ${most}`} expected`,
    }),
  ],
];

function hintFor(flag = '', near?: string): Pick<Told, 'hint'> {
  const instead = insteadOf(flag);
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

/** @param command the name of the one that was meant, where there is one */
function usageErrorOf({ message }: CommanderError, command: string | undefined): Diagnostic {
  const said = message.replace(/^error: /, '');
  const hint = `ptask ${command === undefined ? '' : `${command} `}--help lists the options`;
  for (const [form, tell] of SENTENCES) {
    const found = form.exec(said);
    if (found !== null) return { hint, ...tell(...found.slice(1)) };
  }
  return { message: said, hint };
}

/** @param wrong what commander says; without it help was asked for of a command that there is not */
export function refuseUsage(
  ptask: Command,
  [first, second = '']: readonly string[],
  wrong?: CommanderError,
): Promise<number> {
  const names = ptask.commands.map((command) => command.name());
  const told =
    wrong === undefined
      ? {
          message: `unknown command \`${second}\``,
          hint: didYouMean(second, names) ?? 'ptask --help lists the commands',
        }
      : usageErrorOf(
          wrong,
          names.find((name) => name === first),
        );
  return refuse(openSession(ptask.opts()), [told]);
}
