// Names of tasks, made of those that scripts and packages have.

import { RESERVED } from '../base/file-name.ts';
import validate from '../generated/validate-config.cjs';

const isValid = (name: string): boolean => !RESERVED.test(name) && validate({ tasks: { [name]: {} } });

/** Characters of a name. */
const MOST = 100;

/** What the parts are called, as far as a task may be called so. */
export function taskName(...parts: string[]): string {
  const given = parts.filter((part) => part !== '');
  const wanted = given.join(':');
  if (isValid(wanted)) return wanted;
  const plain = given
    .map(plainPart)
    .join(':')
    .slice(0, MOST)
    .replace(/[.:-]+$/, '');
  return isValid(plain) ? plain : `task-${plain.replace(/[^\w-]+/g, '-')}`.slice(0, MOST).replace(/-$/, '');
}

const plainPart = (part: string): string =>
  part
    .replace(/[^\w.:/-]+/g, '-')
    .replace(/([.:/])[.:/-]+/g, '$1')
    .replace(/^[._:/-]+|[.:/-]+$/g, '');

/** Names that differ from each other, in the order in which they are asked for. */
export class Names {
  readonly #taken = new Set<string>();

  take(...parts: string[]): string {
    const wanted = taskName(...parts);
    let name = wanted;
    // Some disks do not tell case apart.
    for (let count = 2; this.#taken.has(name.toLowerCase()); count += 1)
      name = `${wanted.slice(0, MOST - 5)}-${count}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
