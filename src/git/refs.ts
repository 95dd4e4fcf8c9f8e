// Refs read, and moved many at a time, all or none, without a process for each. Unaware of whose they are.

import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { git, gitLine } from './git.ts';
import { resolveObject } from './objects.ts';
import type { Repository } from './repository.ts';
import { session } from './session.ts';

export interface RefChange {
  ref: string;
  /** Undefined: it is deleted. */
  to: string | undefined;
  /** What it must be at; undefined: anything. All zero: there must be none. */
  from?: string;
}

const UPDATE = ['update-ref', '-m', 'ptask', '--stdin'];
const DONE = 'commit: ok\n';

/** Throws `GitError`, and then none of them has moved, unless git was killed when it was done. */
export async function changeRefs(
  { top }: Pick<Repository, 'top'>,
  changes: readonly RefChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const lines = changes.map(({ ref, to, from }) => {
    const words = to === undefined ? ['delete', ref] : ['update', ref, to];
    return `${[...words, ...(from === undefined ? [] : [from])].join(' ')}\n`;
  });
  const bodyAfter = (line: string): number | undefined => (line === 'start: ok' ? DONE.length : undefined);
  await session(top, UPDATE).ask(`start\n${lines.join('')}commit\n`, { bodyAfter, isRepeatable: false });
}

/** As `from`: only where there is none of that name. */
export const noneLike = (oid: string): string => '0'.repeat(oid.length);

/** Where a ref is, or `HEAD`; undefined where there is none. */
export async function refAt({ top }: Repository, ref: string): Promise<string | undefined> {
  const oid = await resolveObject(top, ref);
  // It may be there and what it names not.
  return (
    oid ?? ((await gitLine(top, ['rev-parse', '--quiet', '--verify', ref], { accept: [0, 1] })) || undefined)
  );
}

/** The branch that a work tree is on, born or not; undefined where it is on none. */
export async function branchOfHead({ top, gitDir }: Repository): Promise<string | undefined> {
  const file = join(gitDir, 'HEAD');
  if (!lstatSync(file).isSymbolicLink()) {
    const text = readFileSync(file, 'utf8');
    const ref = symbolicRef(text);
    if (ref !== undefined) return ref;
    if (/^[0-9a-f]{40,64}$/.test(text.trim())) return undefined;
  }
  return (await gitLine(top, ['symbolic-ref', '--quiet', 'HEAD'], { accept: [0, 1] })) || undefined;
}

/** What the content of a `HEAD` names; undefined also where that is not kept in this file. */
export function symbolicRef(text: string): string | undefined {
  const ref = /^ref: *(refs\/.*?)\s*$/m.exec(text)?.[1];
  return ref === 'refs/heads/.invalid' ? undefined : ref;
}

/** Whether refs are files, as all of git once knew them; a reftable is for git alone to read and write. */
export const areFiles = ({ commonDir }: Pick<Repository, 'commonDir'>): boolean =>
  !existsSync(join(commonDir, 'reftable'));

/** The full names of all refs in a folder such as `refs/heads`. */
export async function refsIn(repository: Repository, folder: string): Promise<string[]> {
  const { top, commonDir } = repository;
  if (!areFiles(repository)) {
    const { stdout } = await git(top, ['for-each-ref', '--format=%(refname)', `${folder}/`]);
    return stdout.toString('utf8').split('\n').filter(Boolean);
  }
  const packed = [...textOf(join(commonDir, 'packed-refs')).matchAll(/^[0-9a-f]+ (refs\/.*)$/gm)];
  const inFolder = packed.map(([, ref]) => ref as string).filter((ref) => ref.startsWith(`${folder}/`));
  return [...new Set([...filesIn(commonDir, folder), ...inFolder])];
}

function filesIn(folder: string, name: string): string[] {
  const entries = orElse(() => readdirSync(join(folder, name), { withFileTypes: true }), []);
  return entries.flatMap((entry) => {
    const path = `${name}/${entry.name}`;
    if (entry.isDirectory()) return filesIn(folder, path);
    return entry.name.endsWith('.lock') ? [] : [path];
  });
}

const textOf = (file: string): string => orElse(() => readFileSync(file, 'utf8'), '');
