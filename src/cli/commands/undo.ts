import { shownPath } from '../../base/raw-path.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { plural, printable } from '../../present/format.ts';
import { ordinalOfId } from '../../run/records/ordinal.ts';
import type { RunFolder } from '../../run/records/run-folder.ts';
import { previewUndo, runToUndo, undoRun } from '../../run/recovery/undo.ts';
import { padEnd } from '../../ui/layout.ts';
import type { GlobalFlags } from '../options.ts';
import { findRun, mentionKilledRuns } from '../past-runs.ts';
import { type Ended, print, rootOf, type Session } from '../session.ts';
import { inWorkTree } from '../work-tree.ts';

interface UndoFlags extends GlobalFlags {
  dryRun?: boolean;
}

export default async function undo(session: Session<UndoFlags>, id?: string): Promise<Ended> {
  const found = await rootOf(session);
  if (!found.ok) return found;
  const root = found.value;
  if (session.flags.dryRun) return preview(session, root, id);
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

/** Looks only: what killed runs have left is mentioned, and stays. */
async function preview(session: Session, root: string, id?: string): Promise<Ended> {
  mentionKilledRuns(session, root);
  const run = id === undefined ? lastChange(root) : findRun(root, id);
  if (!run.ok) return run;
  const found = await previewUndo(root, run.value);
  if (!found.ok) return found;
  const { changes, left } = found.value;
  const what =
    changes.length === 0
      ? `run ${run.value.id} has changed nothing`
      : `would undo run ${run.value.id}: ${plural(changes.length, 'file')}`;
  const rows = changes.map(({ path, before, after }) => [
    after.kind === 'absent' ? 'remove' : before === 'absent' ? 'recreate' : 'restore',
    printable(shownPath(path)),
  ]);
  const lines = rows.map(([verb = '', path]) => `  ${padEnd(verb, 8)}  ${path}`).sort();
  await print(
    session,
    [what, ...lines, ...left.map((line) => `  left as it is: ${printable(line)}`), ''].join('\n'),
  );
  return 0;
}

const nothingElseOf = (killed: string): string => `nothing else of run ${killed} is left to restore`;
const before = ({ id }: RunFolder): string => `; ptask undo ${id} undoes the run before it`;

function lastChange(root: string): Result<RunFolder> {
  const run = runToUndo(root);
  return run === undefined ? fail({ message: 'there is no run to undo' }) : ok(run);
}
