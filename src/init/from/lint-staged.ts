// lint-staged: globs with the commands for the staged files that match them.

import { type Draft, emptyDraft } from '../draft.ts';
import { fieldsOf, isObject, textsOf } from '../read/values.ts';
import { FILES, fileEntry, withHookNotes } from './file-commands.ts';
import type { Project } from './judging.ts';
import type { Entry } from './script-entries.ts';
import { draftOfEntries } from './scripts.ts';
import type { TaskSource } from './source.ts';

const DATA = ['.lintstagedrc', '.lintstagedrc.json', '.lintstagedrc.yaml', '.lintstagedrc.yml'];
const CODE = /^(?:\.lintstagedrc|lint-staged\.config)\.[cm]?[jt]s$/;

export const lintStaged: TaskSource = {
  name: 'lint-staged',
  fileIn: ({ repository, workspace: { packages } }) => {
    if (packages[0]?.folder === '' && isObject(packages[0].manifest['lint-staged'])) return 'package.json';
    return DATA.find((name) => repository.has(name)) ?? repository.names('').find((name) => CODE.test(name));
  },
  draft(project): Draft {
    const file = lintStaged.fileIn(project) ?? 'package.json';
    const shared = emptyDraft();
    if (CODE.test(file))
      shared.notes.push(
        `${file} is code, and ptask runs none to find out: write its globs and commands as JSON, say in .lintstagedrc.json`,
      );
    const all = new Map<string, Entry>();
    for (const [glob, commands] of Object.entries(globsIn(project, file))) {
      const lines = textsOf(commands).filter((line) => !/^git add\b/.test(line));
      if (lines.length === 0) {
        shared.notes.push(`the commands for ${glob} are left out: a function makes them`);
        continue;
      }
      // A glob without a slash matches names in any folder.
      const globs = [glob.includes('/') ? glob.replace(/^\.?\//, '') : `**/${glob}`];
      all.set(
        glob,
        fileEntry(project, {
          key: glob,
          title: [titleOf(lines)],
          globs,
          lines: lines.map((line) => `${line} ${FILES}`),
        }),
      );
    }
    return withHookNotes(draftOfEntries(project, { all, orders: [] }, shared, [file]));
  },
};

function globsIn({ repository, workspace }: Project, file: string): Record<string, unknown> {
  if (file === 'package.json') return fieldsOf(workspace.packages[0]?.manifest['lint-staged']);
  return CODE.test(file) ? {} : fieldsOf(repository.yaml(file));
}

/** The programs, in their order. */
const titleOf = (lines: readonly string[]): string =>
  lines.map((line) => line.replace(/^(?:npx|pnpm exec|yarn)\s+/, '').split(/\s+/)[0] ?? '').join('-');
