/** One disturbed run and what comes after it, judged. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './env.ts';
import { faultsOf, type State, stateOf } from './fault-check.ts';
import { type FaultScene, faultScene, type Variant } from './fault-scene.ts';
import type { FrozenPtask, FrozenResult } from './frozen-ptask.ts';

export const RUN = ['run', '--reporter', 'silent', '--quiet'];
export const NEXT = [['clean'], RUN, ['undo']] as const;

/** Of undisturbed runs. */
export interface Ground {
  calls: number;
  spacious: number;
  /** Those on files of ptask's own. */
  own: number;
  /** The calls that are the first from their place in the code. */
  steps: number[];
  /** Where the tree comes to, and where it would if nothing failed. */
  after: State;
  done: State;
}

export async function groundOf(ptask: FrozenPtask, variant: Variant): Promise<Ground> {
  // Once for the code cache, and once to count.
  const apply = await faultScene(variant === 'merge' ? 'merge' : 'apply');
  await ptask.run(apply.dir, RUN);
  const done = await stateOf(apply);
  const scene = await faultScene(variant);
  const before = await stateOf(scene);
  const counts = await ptask.count(scene.dir, RUN);
  const after = await stateOf(scene);
  const faults = await faultsOf(scene, variant, before, after);
  if (faults.length > 0) throw new Error(`an undisturbed run: ${faults.join('; ')}\n${counts.said}`);
  return { ...counts, after, done };
}

export interface Disturbed {
  /** Whether the disturbance came to pass. */
  isDisturbed: boolean;
  /** Undefined where all is well. */
  failure: string | undefined;
}

/**
 * @param where the scene is made, by default in a temporary folder, and in which environment the next command runs
 * @param next what puts it right; none where the disturbed run itself is to have done so
 */
export async function disturbed(
  ptask: FrozenPtask,
  variant: Variant,
  { after, done }: Ground,
  disturb: (scene: FaultScene) => Promise<FrozenResult & { isDisturbed: boolean; problems?: string[] }>,
  next: readonly string[] | undefined,
  isRunAgain: boolean,
  where: { folder?: string; afterwards?: Env } = {},
): Promise<Disturbed> {
  const scene = await faultScene(variant, where.folder);
  const before = await stateOf(scene);
  const first = await disturb(scene);
  const faults = [...(first.problems ?? [])];
  const second = next === undefined ? undefined : await ptask.run(scene.dir, next, where.afterwards);
  faults.push(...(await faultsOf(scene, variant, before, done)));
  if (isRunAgain) {
    const again = next === RUN ? second : await ptask.run(scene.dir, RUN);
    const { files, committed } = await stateOf(scene);
    // What a killed run has finished stays, and what comes after it aborts to there.
    const ends = variant === 'abort' ? [] : [after];
    const isThere = ends.every(
      (end) => JSON.stringify(files) === JSON.stringify(end.files) && committed === end.committed,
    );
    if (!isThere) faults.push(`a second run comes to something else: ${again?.said}`);
  }
  const said = `${first.said}\n$ ${next?.[0]} (${second?.code})\n${second?.said}`;
  return {
    isDisturbed: first.isDisturbed,
    failure:
      faults.length === 0 ? undefined : `${faults.join('; ')}\n(${first.code ?? first.signal}) ${said}`,
  };
}

/** Removes the worktrees and branches that a run has kept and told of: work that it could not collect or integrate. */
export async function dropKept(ptask: FrozenPtask, { dir, git }: FaultScene, said: string): Promise<void> {
  if (/worktrees? kept/i.test(said)) await ptask.run(dir, ['clean', '--force']);
  for (const [, branch = ''] of said.matchAll(/^ +(task\/\S+) of /gm))
    await git('branch', '--quiet', '-D', branch);
  // Whoever deletes a branch leaves one.
  rmSync(join(dir, '.git/packed-refs'), { force: true });
}

/** Shows how many went well; throws what did not. */
export function judge(what: string, results: readonly (Disturbed & { at: string })[]): void {
  const failures = results.filter(({ failure }) => failure !== undefined);
  const came = results.filter(({ isDisturbed }) => isDisturbed).length;
  console.log(
    `${what}: ${results.length - failures.length} of ${results.length} put right, ${came} disturbed`,
  );
  if (failures.length > 0)
    throw new Error(failures.map(({ at, failure }) => `${what} ${at}: ${failure}`).join('\n'));
}
