// lint-staged: globs with the commands for the staged files that match them.

import { type Draft, emptyDraft } from '../draft.ts';
import { Names } from '../names.ts';
import { fieldsOf, isObject, textsOf } from '../read/values.ts';
import { FILES, fileTask, hookNote } from './file-commands.ts';
import type { Project } from './script-entries.ts';
import type { TaskSource } from './source.ts';

const DATA = ['.lintstagedrc', '.lintstagedrc.json', '.lintstagedrc.yaml', '.lintstagedrc.yml'];
const CODE = /^(?:\.lintstagedrc|lint-staged\.config)\.[cm]?[jt]s$/;

export const lintStaged: TaskSource = {
  name: 'lint-staged',
  fileIn: ({ repository, workspace }) => {
    const isInPackage = isObject(workspace.packages[0]?.manifest['lint-staged']);
    if (isInPackage && workspace.packages[0]?.folder === '') return 'package.json';
    return DATA.find((name) => repository.has(name)) ?? repository.names('').find((name) => CODE.test(name));
  },
  draft(project): Draft {
    const file = lintStaged.fileIn(project) ?? 'package.json';
    const names = new Names();
    const draft = { ...emptyDraft(), sources: [file] };
    if (CODE.test(file))
      draft.notes.push(
        `${file} is code, which is not run to find out what it says: write its globs and commands as JSON, for example in .lintstagedrc.json`,
      );
    for (const [glob, commands] of Object.entries(globsIn(project, file))) {
      const lines = textsOf(commands).filter((line) => !/^git add\b/.test(line));
      if (lines.length === 0) {
        draft.notes.push(`the commands for ${glob} are left out: they are made by a function`);
        continue;
      }
      const globs = [glob.includes('/') ? glob.replace(/^\.?\//, '') : `**/${glob}`];
      draft.tasks.push(
        fileTask(project, names, {
          title: [titleOf(lines)],
          globs,
          lines: lines.map((line) => `${line} ${FILES}`),
        }),
      );
    }
    return hookNote(draft);
  },
};

function globsIn({ repository, workspace }: Project, file: string): Record<string, unknown> {
  if (file === 'package.json') return fieldsOf(workspace.packages[0]?.manifest['lint-staged']);
  return CODE.test(file) ? {} : fieldsOf(repository.yaml(file));
}

/** The programs, in their order. */
const titleOf = (lines: readonly string[]): string =>
  lines.map((line) => line.replace(/^(?:npx|pnpm exec|yarn)\s+/, '').split(/\s+/)[0] ?? '').join('-');
