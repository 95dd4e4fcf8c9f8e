// Which variables hold secrets, and which of their values are worth hiding. Unaware of how a secret comes to be written.

import { REMOTE_HEADER } from '../../config/remote-cache.ts';
import type { Environment } from '../process/environment.ts';

/** A variable with one of these anywhere in its name holds a secret. */
const ANYWHERE = /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|KEY(?!BOARD|MAP|WORD)/i;
/** Words by which a name ends, whatever stands before. */
const LAST_WORDS = /^(?:pass|pat|pwd|pw|auth|dsn|jwt|cookie|webhook)$/;
/** The same, of addresses that are given together with who may use them. */
const ADDRESSES = /(?:^|_)(?:DATABASE|DB|WEBHOOK)_UR[IL]S?$|CONNECTION_?STRING$/i;

/** Values of such variables that are no secrets, and that would make an output unreadable. */
const PLAIN = new Set([
  ...['disabled', 'enabled', 'required', 'optional', 'undefined', 'default', 'example', 'changeme'],
  ...['development', 'production', 'staging', 'testing', 'localhost', 'inherit', 'prompt', 'basic', 'bearer'],
  ...['password', 'postgres', 'secret', 'placeholder', 'unused', 'changeit', 'string', 'automatic'],
  ...['always', 'strict', 'public', 'private', 'digest', 'oauth2', 'anonymous', 'passed', 'failed'],
]);
/** A number, also with a unit. */
const NUMBER = /^[+-]?\d{1,9}(?:[.,]\d{1,9})?\s?[a-z%]{0,2}$/i;
const PATH = /^(?:~|\.{1,2}|[A-Za-z]:)?[\\/]/;
/** What stands in a path and comes from no person: a value that only begins like one. */
const RANDOM = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[^.]{20,}$/;

/** Characters that a value has at least: of a variable that was guessed, and of one that the config names. */
const LEAST_GUESSED = 6;
export const LEAST_NAMED = 3;
/** Of the name in front of an address, which is a secret of its own only where no password follows. */
const LEAST_LONE = 16;
const USERINFO = /[a-z][a-z\d+.-]{0,30}:\/\/([^\s/?#@:]*)(?::([^\s/?#@]*))?@/gi;

/** Whether a variable of this name is taken for a secret. */
export const isSecretName = (name: string): boolean =>
  ANYWHERE.test(name) || ADDRESSES.test(name) || LAST_WORDS.test(lastWordOf(name));

/** A word ends where a small letter is followed by a capital. */
const lastWordOf = (name: string): string =>
  (/(?:[A-Z]+[a-z]*|[a-z]+)(?=[^A-Za-z]*$)/.exec(name)?.[0] ?? '').toLowerCase();

/** The values to mask: of the variables that the config names, of those whose names say it, and what addresses hold. */
export function secretsIn(env: Environment, named: ReadonlySet<string>): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const text = value.trim();
    if (named.has(name)) return [...(text.length < LEAST_NAMED ? [] : [text]), ...ofAddresses(text)];
    if (name === REMOTE_HEADER) return ofHeaders(text);
    return [...(isSecretName(name) && !isTrivial(text) ? [text] : []), ...ofAddresses(text)];
  });
}

/** Of `authorization: Bearer abc`, one in each line, what is sent, and the last word of it. */
function ofHeaders(lines: string): string[] {
  return lines.split('\n').flatMap((line) => {
    const sent = line.slice(line.indexOf(':') + 1).trim();
    return [sent, sent.split(/\s+/).at(-1) ?? ''].filter((each) => !isTrivial(each));
  });
}

/** Of `scheme://user:password@host` the password, also as it reads without its encoding; of `scheme://token@host` the token. */
function ofAddresses(value: string): string[] {
  if (!value.includes('@')) return [];
  return [...value.matchAll(USERINFO)].flatMap(([, user = '', password]) => {
    const text = password ?? (user.length < LEAST_LONE ? '' : user);
    return [text, decoded(text)].filter((each) => !isTrivial(each));
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a value that was only guessed to be a secret is more likely none. */
export function isTrivial(text: string): boolean {
  if (text.length < LEAST_GUESSED || PLAIN.has(text.toLowerCase()) || NUMBER.test(text)) return true;
  return PATH.test(text) && !/\n/.test(text) && !text.split(/[\\/]/).some((part) => RANDOM.test(part));
}
