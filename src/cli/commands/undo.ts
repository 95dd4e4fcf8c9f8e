import { fail, ok, type Result } from '../../base/result.ts';
import { plural, printable } from '../../present/format.ts';
import { ordinalOfId } from '../../run/records/ordinal.ts';
import type { RunFolder } from '../../run/records/run-folder.ts';
import { runToUndo, undoRun } from '../../run/recovery/undo.ts';
import { findRun } from '../past-runs.ts';
import { configOf, type Ended, print, type Session } from '../session.ts';
import { inWorkTree } from '../work-tree.ts';

export default async function undo(session: Session, id?: string): Promise<Ended> {
  const config = await configOf(session);
  if (!config.ok) return config;
  const { root } = config.value;
  return inWorkTree(session, root, 'ptask undo', async (workTree) => {
    const run = id === undefined ? lastChange(root) : findRun(root, id);
    const killed = workTree.recovered.at(-1)?.runId;
    const isBefore = (ordinal: number): boolean => ordinal < ordinalOfId(workTree.home, killed ?? '');
    // Who undoes a run that was killed does not mean the one before it.
    if (id === undefined && killed !== undefined && (!run.ok || isBefore(run.value.ordinal))) {
      await print(session, `${nothingElseOf(killed)}${run.ok ? before(run.value) : ''}\n`);
      return 0;
    }
    if (!run.ok) return run;
    const undone = await undoRun(root, run.value, workTree);
    if (!undone.ok) return undone;
    const { files, left } = undone.value;
    const { colors, unicode } = session.out;
    const mark = colors.green(unicode ? '✔' : 'ok');
    const { id: undoneId } = run.value;
    const what =
      files === 0
        ? `run ${undoneId} had changed nothing`
        : `undid run ${undoneId}: restored ${plural(files, 'file')}`;
    await print(
      session,
      `${mark} ${what}\n${left.map((line) => `  left as it is: ${printable(line)}\n`).join('')}`,
    );
    return 0;
  });
}

const nothingElseOf = (killed: string): string => `nothing else of run ${killed} is left to restore`;
const before = ({ id }: RunFolder): string => `; ptask undo ${id} undoes the run before it`;

function lastChange(root: string): Result<RunFolder> {
  const run = runToUndo(root);
  return run === undefined ? fail({ message: 'there is no run to undo' }) : ok(run);
}
