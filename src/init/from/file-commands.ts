// Commands of git hooks, which are handed the files of a commit: here each gets all files that its globs match.

import type { Draft } from '../draft.ts';
import { inFolder } from '../read/repository.ts';
import { commandsIn } from '../read/shell.ts';
import { unique, wordList } from '../read/values.ts';
import { unwrapped } from '../tools/judge.ts';
import type { Read } from '../tools/tool.ts';
import type { Project } from './judging.ts';
import { rootPackage } from './make.ts';
import { type Entry, entryOfLines } from './script-entries.ts';

export interface FileCommands {
  key: string;
  /** Parts of the name. */
  title: string[];
  /** Undefined where they are for no files in particular. */
  globs: string[] | undefined;
  excludes?: string[];
  /** With `FILES` where the files go. */
  lines: string[];
  /** Where they run; '' is the root. */
  folder?: string;
  variables?: Record<string, string>;
  comments?: string[];
  isRaw?: boolean;
}

/** Stands in a line for the files that the hook would hand over. */
export const FILES = '{files}';

/** One entry for all commands of a glob, since they take turns at the same files. */
export function fileEntry(project: Project, commands: FileCommands): Entry {
  const {
    key,
    title,
    globs,
    excludes = [],
    lines,
    folder = '',
    variables = {},
    comments = [],
    isRaw = false,
  } = commands;
  const given = globs === undefined ? '.' : globs.map(shellQuoted).join(' ');
  const judged = lines.map((line) => line.replaceAll(FILES, given));
  const run = lines.map((line, at) =>
    globs === undefined || !line.includes(FILES) || expandsGlobs(line)
      ? (judged[at] as string)
      : withFiles(line, globs, excludes),
  );
  const ref = { package: rootPackage(project, folder), script: title.at(-1) ?? key };
  // What rewrites files reads what it writes, and the same as when it only looks.
  const looking = judged.map(asCheck);
  const isRewriting = looking.some((line, at) => line !== judged[at]);
  const entry: Entry = {
    ...entryOfLines(project, ref, looking),
    ...{ key, title, run, variables, comments, isRaw, cwd: folder },
  };
  if (globs === undefined || entry.reads === undefined) return entry;
  const files = globs.flatMap((glob) => inFolder(folder, glob) ?? []);
  const installed = project.workspace.packages.length > 0 ? ['!**/node_modules/**'] : [];
  const isFile = (each: Read): each is string => typeof each === 'string';
  return {
    ...entry,
    reads: unique([
      ...files,
      ...entry.reads.filter(isFile),
      ...excludes.map((each) => `!${each}`),
      ...installed,
    ]),
    ...(isRewriting && { writes: files }),
  };
}

/** Programs that look for the files of a glob themselves; to others it would be the name of a file. */
const WITH_GLOBS = new Set(
  wordList(`
    alex cspell dprint eslint eslint_d htmlhint markdownlint markdownlint-cli2 prettier prettierd remark secretlint
    sort-package-json standard stylelint textlint tslint xo
  `),
);

function expandsGlobs(line: string): boolean {
  const given = (commandsIn(line.replaceAll(FILES, PLACE)) ?? []).filter(({ text }) => text.includes(PLACE));
  return (
    given.length > 0 &&
    given.every(
      (command) =>
        WITH_GLOBS.has(unwrapped(command).program) &&
        command.words.every((word) => word === PLACE || !word.includes(PLACE)),
    )
  );
}

/** A word for the files, which a shell has no other meaning for. */
const PLACE = 'PTASK_FILES';

/**
 * A command with the files of globs by name, as git has them but for those that are deleted, a batch at a time. Where there are none it
 * does not run: not every xargs has a flag for that.
 */
function withFiles(line: string, globs: readonly string[], excludes: readonly string[]): string {
  const specs = [
    ...globs.flatMap(withoutBraces).map((each) => `:(glob)${each}`),
    ...excludes.flatMap(withoutBraces).map((each) => `:(exclude,glob)${each}`),
  ].map(shellQuoted);
  const there = 'for f do shift; [ -e "$f" ] && set -- "$@" "$f"; done';
  const script = shellQuoted(`${there}; [ $# = 0 ] && exit; ${withArguments(line)}`);
  return `git ls-files -z ${specs.join(' ')} | xargs -0 sh -c ${script} sh`;
}

/** A line of a shell with its arguments where the files go: each a word, or all of them a part of a text in quotes. */
function withArguments(line: string): string {
  let quote = '';
  let escaped = -1;
  return line.replace(/\\|["']|\{files\}/g, (piece, at: number) => {
    if (piece === FILES) {
      if (quote === '') return '"$@"';
      const isAlone = line[at - 1] === quote && line[at + FILES.length] === quote;
      const all = isAlone ? '$@' : '$*';
      return quote === '"' ? all : `'"${all}"'`;
    }
    if (at === escaped) return piece;
    if (piece === '\\') escaped = quote === "'" ? escaped : at + 1;
    else if (quote === '') quote = piece;
    else if (quote === piece) quote = '';
    return piece;
  });
}

/** Of git's patterns none has braces. */
function withoutBraces(glob: string): string[] {
  const [whole, before = '', inner = '', after = ''] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  return inner.split(',').flatMap((each) => withoutBraces(`${before}${each}${after}`));
}

const shellQuoted = (glob: string): string =>
  /^[\w./-]+$/.test(glob) ? glob : `'${glob.replaceAll("'", "'\\''")}'`;

const asCheck = (line: string): string =>
  line.replace(/\s--fix\b/, '').replace(/\s(?:--write|-w)(?=\s|$)/, ' --check');

/** What somebody has to know of tasks that were commands of hooks. */
export function withHookNotes(draft: Draft): Draft {
  const notes = [
    ...draft.notes,
    'these tasks look at all files, not only at those of a commit; what is up to date is cached',
    'a git hook that runs them is one line: exec npx --no-install ptask --quiet',
  ];
  return { ...draft, notes };
}
