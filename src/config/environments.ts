// That the values of `env` can be read.

import type { WrittenConfig } from '../model/written-config.ts';
import type { Path } from './document.ts';
import { each, type Rule } from './rule.ts';
import { problemIn } from './variables.ts';

export const variablesAreSound: Rule = ({ written, syntax, tasks }) => {
  const inEnv = (
    env: WrittenConfig['env'],
    above: Path,
    at: (path: Path) => ReturnType<typeof syntax.placeOf>,
  ) =>
    each(Object.entries(env ?? {}), ([name, text]) => {
      const problem = typeof text === 'string' ? problemIn(text) : undefined;
      if (problem === undefined) return undefined;
      const hint = 'write ${NAME} or ${NAME:-what else}; a ${ that is none is written $${';
      return { message: `\`${name}\`: ${problem}`, place: at([...above, 'env', name]), hint };
    });
  return [
    ...inEnv(written.env, [], (path) => syntax.placeOf(path)),
    ...Object.entries(written.agents ?? {}).flatMap(([name, agent]) =>
      inEnv(agent?.env, ['agents', name], (path) => syntax.placeOf(path)),
    ),
    ...tasks.flatMap(({ written: { env }, source }) => inEnv(env, [], (path) => source.placeOf(path))),
  ];
};
