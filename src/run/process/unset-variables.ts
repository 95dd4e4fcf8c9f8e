// Variables that a value in `env` speaks of and nobody has set, found before anything runs.

import type { Diagnostic } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';
import type { Config, Locate, Task } from '../../config/config.ts';
import { lookupIn, unsetIn } from '../../config/variables.ts';
import { type Environment, taskEnvironment } from './environment.ts';

/**
 * @param inherited what the config's `env` may speak of
 * @param base the same with what that sets
 */
export async function findUnset(
  config: Config,
  tasks: readonly Task[],
  inherited: Environment,
  base: Environment,
): Promise<Diagnostic[]> {
  const all = [
    ...unsetIn(config.env, lookupIn(inherited)).map((found) => ({ ...found, at: undefined })),
    ...tasks.flatMap((task) => unsetFor(task, config, base)),
    ...unsetForSteps(config, base),
  ];
  if (all.length === 0) return [];
  const locate = await config.places();
  return all.map(({ name, unset, at }) => {
    const place = at === undefined ? locate(undefined, 'env', name) : locate(...at);
    const meant = nearest(unset, Object.keys(base));
    const hint =
      meant === undefined
        ? `set it, or say what holds without it: \${${unset}:-…}; a \${ that is none is written $\${`
        : `did you mean \${${meant}}?`;
    return { message: `\`${name}\` needs \`${unset}\`, which is not set`, place, hint };
  });
}

interface Unset {
  name: string;
  unset: string;
  at: Parameters<Locate>;
}

/** Of the agents that review the whole. */
function unsetForSteps({ validate }: Config, base: Environment): Unset[] {
  const agents = new Map(
    validate.flatMap(({ review }) => (review ? [[review.agent.name, review.agent]] : [])),
  );
  return [...agents].flatMap(([agent, { env }]) =>
    unsetIn(env, lookupIn(base)).map((found): Unset => ({ ...found, at: [undefined, 'agents', agent] })),
  );
}

function unsetFor({ id, cwd, env, assignment, review }: Task, config: Config, base: Environment): Unset[] {
  const texts = [env, assignment?.agent.env, review?.agent.env];
  if (!texts.some((each) => Object.values(each ?? {}).some((text) => text.includes('${')))) return [];
  const place = { runId: '', config, workdir: config.root, attempt: 1 };
  const given = taskEnvironment(base, { id, cwd, env: {} }, place);
  const lookup = lookupIn(given);
  const own = unsetIn({ ...assignment?.agent.env, ...env }, lookup);
  const more = review === undefined ? [] : unsetIn({ ...review.agent.env, ...env }, lookup);
  const seen = new Set<string>();
  return [...own, ...more].flatMap(({ name, unset }): Unset[] => {
    const key = `${name} ${unset}`;
    if (seen.has(key)) return [];
    seen.add(key);
    if (Object.hasOwn(env, name)) return [{ name, unset, at: [id, 'env', name] }];
    return [{ name, unset, at: [id, Object.hasOwn(assignment?.agent.env ?? {}, name) ? 'agent' : 'verify'] }];
  });
}
