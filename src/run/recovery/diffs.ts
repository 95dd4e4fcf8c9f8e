// What each task of a past run has changed, as unified diffs: from what the run has kept to be able to put it back, and
// from the files of now as long as they are what the task has left. Changes nothing.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../../base/error-code.ts';
import { look } from '../../base/look.ts';
import { type FsPath, locate, type RawPath, shownPath } from '../../base/raw-path.ts';
import { GitError, git, NO_REPOSITORY } from '../../git/git.ts';
import { fromTop } from '../../git/prefix.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import type { PathState } from '../../store/change.ts';
import { changedBy } from '../../store/finished.ts';
import { Transactions } from '../../store/transaction.ts';
import type { RunFolder } from '../records/run-folder.ts';
import { blobStoreOf } from '../records/state-dir.ts';
import { readUndoLog } from '../records/undo-log.ts';
import { stepsBack } from '../workspace/shared/put-back.ts';
import { transactionsFolder } from '../workspace/shared/shared-tree.ts';

export type Diff = { text: string } | { problem: string };

/** Files and bytes of one file up to which diffs are made: more is nothing that somebody reads. */
const MAX_FILES = 2_000;
const MAX_BYTES = 512 * 1024;

/** A content that can be copied somewhere; undefined where there was no such file. */
type Content = { bytes: number; copyTo(target: string): Promise<void> | void } | undefined;

/** What a task did to one path. */
interface Step {
  task: string;
  path: RawPath;
  before: Content;
  /** What is there now, if that is still what the task has left. */
  now: { content: Content } | undefined;
}

const CHANGED_SINCE = 'a file has changed since the run, and what the task has left of it is not kept';
const TOO_MUCH = 'too much has changed to show it';

/** By task; one that changed nothing, or of which nothing is known, has none. */
export async function diffsOf(root: string, { state }: RunFolder): Promise<Map<string, Diff>> {
  const entries = readUndoLog(state);
  const begin = entries.find((entry) => entry.op === 'begin');
  if (begin === undefined) return new Map();
  const { top, prefix } = begin;
  const objects = blobStoreOf(root);
  const folder = transactionsFolder(state);
  // What is not there any more has nothing to show.
  const known = entries.filter(
    (entry) => entry.op !== 'applied' || changedBy(folder, entry.transaction).length > 0,
  );
  const { steps } = await stepsBack(known, state, new Transactions(folder, top, objects));
  const changes = steps.flatMap(({ task, before, edited }) =>
    [...before].flatMap(([path, was]): Step[] => {
      if (was.kind === 'folder') return [];
      const now = edited.has(path) ? undefined : { content: fileAt(locate(top, path)) };
      return [{ task, path, before: contentIn(was, objects), now }];
    }),
  );
  return compare(changes, prefix, state);
}

/** Of a link nothing is shown. */
function contentIn(state: PathState, objects: BlobStore): Content {
  if (state.kind !== 'file') return undefined;
  const { content } = state;
  if (!('oid' in content)) return fileAt('copied' in content ? content.copied : content.moved);
  const { oid } = content;
  const copyTo = async (target: string): Promise<void> => void (await objects.get(oid, target, 0o600));
  return { bytes: objects.sizeOf(oid), copyTo };
}

function fileAt(at: FsPath): Content {
  const stats = look(at);
  if (!stats?.isFile()) return undefined;
  return { bytes: Number(stats.size), copyTo: (target) => copyFileSync(at, target) };
}

/** One call of git for all: each task has a folder of its own on both sides. */
async function compare(steps: readonly Step[], prefix: RawPath, state: string): Promise<Map<string, Diff>> {
  const diffs = new Map<string, Diff>();
  const tasks = [...new Set(steps.map(({ task }) => task))];
  if (steps.length > MAX_FILES) return new Map(tasks.map((task) => [task, { problem: TOO_MUCH }]));
  // git goes by names, so it works where nobody puts links.
  const scratch = mkdtempSync(join(state, 'diff-'));
  try {
    for (const side of ['a', 'b']) mkdirSync(join(scratch, side));
    for (const [at, { task, path, before, now }] of steps.entries()) {
      // What the next one found is what this one left.
      const next = steps.slice(at + 1).find((step) => step.path === path);
      const after = next ? { content: next.before } : now;
      const name = shownPath(fromTop(prefix, path)).replaceAll('../', '');
      if (after === undefined) diffs.set(task, { problem: CHANGED_SINCE });
      else if (Math.max(before?.bytes ?? 0, after.content?.bytes ?? 0) > MAX_BYTES)
        diffs.set(task, { problem: TOO_MUCH });
      else
        for (const [side, content] of [['a', before] as const, ['b', after.content] as const])
          await place(content, join(scratch, side, String(tasks.indexOf(task)), name));
    }
    const args = [
      '-c',
      'core.quotePath=false',
      'diff',
      '--no-index',
      '--no-prefix',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '--no-renames',
    ];
    const alone = { env: NO_REPOSITORY, accept: [0, 1] };
    const { stdout } = await git(scratch, [...args, '--', 'a', 'b'], alone);
    for (const [task, text] of divided(stdout.toString('utf8'), tasks))
      if (!diffs.has(task)) diffs.set(task, { text });
    return diffs;
  } catch (error) {
    const isExpected = error instanceof GitError || codeOf(error) !== undefined;
    if (!isExpected) throw error;
    return new Map(tasks.map((task) => [task, { problem: (error as Error).message }]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function place(content: Content, target: string): Promise<void> {
  if (content === undefined) return;
  mkdirSync(dirname(target), { recursive: true });
  await content.copyTo(target);
}

/** The whole difference, by the number that each path begins with; that number is taken out of the heads. */
function divided(all: string, tasks: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const file of all.split(/^(?=diff --git )/m)) {
    const number =
      /^diff --git [ab]\/(\d+)\//.exec(file)?.[1] ?? /^diff --git "[ab]\/(\d+)\//.exec(file)?.[1];
    const task = number === undefined ? undefined : tasks[Number(number)];
    if (task === undefined) continue;
    const head = file.search(/^@@/m);
    const end = head < 0 ? file.length : head;
    const named = bothSides(file.slice(0, end).replace(/([ "])([ab])\/\d+\//g, '$1$2/'));
    texts.set(task, `${texts.get(task) ?? ''}${named}${file.slice(end)}`);
  }
  return texts;
}

/** Of a file that is on one side alone, git names that side twice. The two names are of one length. */
function bothSides(head: string): string {
  return head.replace(/^diff --git (.*)$/m, (_, names: string) => {
    const [one, two] = [names.slice(0, (names.length - 1) / 2), names.slice((names.length + 1) / 2)];
    return `diff --git ${one.replace(/^("?)b\//, '$1a/')} ${two.replace(/^("?)a\//, '$1b/')}`;
  });
}
