// What is secret of how ptask speaks with servers: tasks are not told, and may know it.

import type { Config } from '../../config/config.ts';
import { REMOTE_HEADER } from '../../config/remote-cache.ts';
import { lookupIn, valuesOf } from '../../config/variables.ts';
import type { Environment } from '../process/environment.ts';
import { isSecretName, isTrivial, LEAST_NAMED, secretsIn } from './secret-values.ts';

type Headers = Readonly<Record<string, string>>;

/** What a header says, and its parts: of `Bearer abc` also `abc`. */
const readings = (value: string): string[] => [value.trim(), ...value.trim().split(/\s+/)];

/** Whatever the environment has as a header, and of those in the config what is secret by its name. */
export function secretsOfServers(
  { cache, remote }: Pick<Config, 'cache' | 'remote'>,
  outer: Environment,
  dotenv: Environment,
): string[] {
  const lookup = lookupIn(outer, dotenv);
  const written = [cache.remote?.headers, remote?.headers].flatMap((headers = {}) =>
    Object.entries(valuesOf(headers, lookup)).flatMap(([name, value]) =>
      isSecretHeader(name) ? readings(value) : [],
    ),
  );
  const { [REMOTE_HEADER]: given } = outer;
  return [...secretsIn({ [REMOTE_HEADER]: given }, new Set()), ...written.filter((each) => !isTrivial(each))];
}

const isSecretHeader = (name: string): boolean =>
  /authorization$/i.test(name) || isSecretName(name.replaceAll('-', '_'));

/** All that is sent: a server may say it back to us, and nobody need read it. */
export const valuesSent = (headers: Headers): string[] =>
  Object.values(headers)
    .flatMap(readings)
    .filter((each) => each.length >= LEAST_NAMED && !/^(?:bearer|basic)$/i.test(each));
