// A tool that goes through all files, also those of no repository, finds what ptask has written, and complains of that.

import { OWN_FOLDER } from '../../../base/own-folders.ts';
import { printed } from '../../records/printed.ts';
import type { RunFolder } from '../../records/run-folder.ts';

/** Of a run before or of this one: a path in what somebody printed. */
const FILE = new RegExp(
  `(?:^|[\\s"'\`(\\[:/\\\\])\\${OWN_FOLDER}[/\\\\]runs[/\\\\][^\\s"'\`]+[/\\\\]\\S`,
  'm',
);

/** What to say of a failure, a clause; undefined where its output names none of our files. */
export const ownFilesSeen = (folder: RunFolder, task: string): string | undefined =>
  FILE.test(printed(folder, task))
    ? `it looked at ptask's own files in ${OWN_FOLDER}: add \`${OWN_FOLDER}/\` to .gitignore, or to what its tool ignores`
    : undefined;
