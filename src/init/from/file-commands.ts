// Commands of git hooks, which are handed the files of a commit: here each gets all files that its glob matches.

import type { Draft, DraftTask } from '../draft.ts';
import type { Names } from '../names.ts';
import { inFolder } from '../read/repository.ts';
import { commandsIn } from '../read/shell.ts';
import { unique } from '../read/values.ts';
import { judge, unwrapped } from '../tools/judge.ts';
import { rootPackage } from './make.ts';
import type { Project } from './script-entries.ts';

export interface FileCommands {
  /** Parts of the name. */
  title: string[];
  /** Undefined where it is for all files. */
  globs: string[] | undefined;
  excludes?: string[];
  /** With `FILES` where the files go. */
  lines: string[];
  cwd?: string;
  env?: Record<string, string>;
  comments?: string[];
}

/** Stands in a line for the files that the hook would hand over. */
export const FILES = '{files}';

/** One task for all commands of a glob, since they take turns at the same files. */
export function fileTask(
  project: Project,
  names: Names,
  { title, globs, excludes = [], lines, cwd = '', env = {}, comments = [] }: FileCommands,
): DraftTask {
  const patterns = globs?.flatMap((glob) => inFolder(cwd, glob.startsWith('!') ? glob.slice(1) : glob) ?? []);
  const reads = patterns && [...patterns, ...excludes.map((each) => `!${each}`)];
  const given = globs === undefined ? '.' : globs.map(shellQuoted).join(' ');
  const fixes = lines.some((line) => isFixer(project, line, cwd));
  const judged = lines.map((line) => verdictOf(project, asCheck(line).replaceAll(FILES, given), cwd));
  const isKnown = judged.every((each) => each?.kind === 'task');
  const own = judged
    .flatMap((each) => (each?.kind === 'task' ? (each.facts.reads ?? []) : []))
    .filter((each) => typeof each === 'string');
  return {
    name: names.take(...title),
    run: lines.map((line) => line.replaceAll(FILES, given)),
    reads:
      reads && isKnown
        ? unique([
            ...reads,
            ...own,
            ...(project.workspace.packages.length > 0 ? ['!**/node_modules/**'] : []),
          ])
        : undefined,
    // What rewrites its files reads what it writes.
    writes: !isKnown ? undefined : fixes ? reads : [],
    needs: [],
    cwd,
    env,
    comments: [
      ...comments,
      ...(isKnown && reads !== undefined
        ? []
        : [`What it reads and writes is not known, so it always runs. Add \`reads\` and \`writes\`.`]),
    ],
  };
}

/** What it reads when it only looks. */
const asCheck = (line: string): string =>
  line.replace(/\s--fix\b/, '').replace(/\s(?:--write|-w)(?=\s|$)/, ' --check');

const shellQuoted = (glob: string): string =>
  /^[\w./-]+$/.test(glob) ? glob : `'${glob.replaceAll("'", "'\\''")}'`;

function verdictOf(project: Project, line: string, folder: string) {
  const [only, ...others] = commandsIn(line) ?? [];
  if (only === undefined || others.length > 0) return undefined;
  return judge(unwrapped(only), { ...project, package: rootPackage(project, folder) });
}

function isFixer(project: Project, line: string, folder: string): boolean {
  const verdict = verdictOf(project, line.replaceAll(FILES, '.'), folder);
  return verdict?.kind === 'off' && verdict.isFixer === true;
}

export const hookNote = (draft: Draft): Draft => ({
  ...draft,
  notes: [
    ...draft.notes,
    'these tasks look at all files, not at those of a commit: the cache makes up for it. A git hook that runs them is one line: exec npx --no-install ptask --quiet',
  ],
});
