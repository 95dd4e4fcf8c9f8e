// What a task has changed of git's own, beside the files: what is staged, branches, tags, the config. A result is of files alone, so
// one that is more is not kept. Told before and after the task, whoever has changed it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../../base/error-code.ts';
import { look } from '../../base/look.ts';
import { shownPath } from '../../base/raw-path.ts';
import { fingerprintOf } from '../../base/stat-fingerprint.ts';
import { fingerprintOfIndex } from '../../git/index-file.ts';
import { entriesIn, hashLengthOf, NotPlain, type StatEntry } from '../../git/index-format.ts';
import type { Repository } from '../../git/repository.ts';

/** By path in git's folder, what tells that it was written since. */
type Prints = ReadonlyMap<string, string>;

interface Index {
  print: string | undefined;
  bytes: Buffer | undefined;
}

/** Of the folder that all work trees share. */
const SHARED = ['config', 'packed-refs', 'info', 'hooks', 'refs', 'reftable'];
/** What ptask itself does beside the tasks. */
const OURS = /^refs\/(?:ptask\/|heads\/(?:task|ptask)\/)/;

export class GitTouches {
  readonly #repository: Repository;
  readonly #before = new Map<string, { index: Index; prints: Prints }>();
  /** As it was last read: most tasks leave it as it is. */
  #index: Index | undefined;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  begin(task: string): void {
    this.#before.set(task, { index: this.#readIndex(), prints: this.#prints() });
  }

  /** What has changed since it began, a clause; undefined where nothing has, or it was not asked to begin. */
  end(task: string): string | undefined {
    const before = this.#before.get(task);
    this.#before.delete(task);
    if (before === undefined) return undefined;
    const staged = stagedBetween(before.index, this.#readIndex());
    if (staged !== undefined) return `${staged} changed while it ran`;
    const prints = this.#prints();
    for (const name of new Set([...before.prints.keys(), ...prints.keys()]))
      if (before.prints.get(name) !== prints.get(name)) return `.git/${name} changed while it ran`;
    return undefined;
  }

  #readIndex(): Index {
    const { index } = this.#repository;
    const print = orElse(() => fingerprintOfIndex(index), undefined);
    if (this.#index === undefined || this.#index.print !== print) {
      const bytes = print === undefined ? undefined : orElse(() => readFileSync(index), undefined);
      this.#index = { print, bytes };
    }
    return this.#index;
  }

  #prints(): Prints {
    const { gitDir, commonDir } = this.#repository;
    const prints = new Map<string, string>();
    const add = (folder: string, name: string): void => {
      // Of what may not be looked at nothing is known, before as after.
      const stats = orElse(() => look(join(folder, name)), undefined);
      if (stats === undefined) return;
      if (!stats.isDirectory()) return void prints.set(name, fingerprintOf(stats));
      for (const each of orElse(() => readdirSync(join(folder, name)), []))
        if (!/\.(?:lock|sample)$/.test(each) && !OURS.test(`${name}/${each}`)) add(folder, `${name}/${each}`);
    };
    add(gitDir, 'HEAD');
    for (const name of SHARED) add(commonDir, name);
    return prints;
  }
}

/** What git's index says of the first path of which it does not say the same; whatever it has of files' times counts for nothing. */
function stagedBetween(before: Index, after: Index): string | undefined {
  if (before.print === after.print) return undefined;
  try {
    const [was, is] = [entriesOf(before.bytes), entriesOf(after.bytes)];
    for (let at = 0; at < Math.max(was.length, is.length); at++) {
      const [one, other] = [was[at], is[at]];
      if (one?.said === other?.said) continue;
      const paths = [one, other].flatMap((each) => (each === undefined ? [] : [each.entry.path]));
      return `what is staged of ${shownPath(paths.sort()[0] as StatEntry['path'])}`;
    }
    return undefined;
  } catch (error) {
    // Half of it stands elsewhere, say.
    if (error instanceof NotPlain) return 'what is staged';
    throw error;
  }
}

function entriesOf(bytes: Buffer | undefined): { entry: StatEntry; said: string }[] {
  if (bytes === undefined) return [];
  const hashLength = hashLengthOf(bytes);
  return entriesIn(bytes, hashLength).entries.map((entry) => ({
    entry,
    said: [entry.path, entry.mode, entry.stage, entry.isIntended, entry.oidIn(hashLength)].join('\0'),
  }));
}
