// A repository to a config that is proposed for it: from all that it says of its tasks, or from what one tool is told.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Draft } from './draft.ts';
import type { Project } from './from/judging.ts';
import { draftOfScripts } from './from/scripts.ts';
import { SOURCES, type Source } from './from/sources.ts';
import type { NxAnswer } from './read/nx-answer.ts';
import { Repository } from './read/repository.ts';
import { readWorkspace } from './read/workspace.ts';

/** @param root absolute */
export function proposeConfig(root: string): Result<Draft> {
  const repository = new Repository(root);
  const project = { repository, workspace: readWorkspace(repository) };
  const used = SOURCES.filter((source) => source.fileIn(project) !== undefined);
  const [main, ...others] = [scripts, ...used.filter(({ name }) => OWN.has(name))].filter(
    (each) => each.fileIn(project) !== undefined,
  );
  if (main === undefined)
    return fail(...(repository.problems.length > 0 ? repository.problems : [nothingIn(root)]));
  const hooks = used.filter(({ name }) => HOOKS.has(name));
  const draft = main.draft(project);
  draft.notes.push(...[...others, ...hooks].map((each) => alsoHere(each, project)));
  if (repository.isFolder('.husky'))
    draft.notes.push('a git hook in .husky can run all tasks by one line: npx --no-install ptask --quiet');
  return settled(repository, draft);
}

/** From what one tool is told alone. @param nx what nx has said, if it was asked */
export function migrateFrom(root: string, tool: string, nx?: NxAnswer): Result<Draft> {
  const source = SOURCES.find(({ name }) => name === tool);
  if (source === undefined) throw new Error(`no tool ${tool}`);
  const repository = new Repository(root);
  const project = { repository, workspace: readWorkspace(repository), nx };
  const file = source.fileIn(project);
  if (file !== undefined) return settled(repository, source.draft(project));
  if (repository.problems.length > 0) return fail(...repository.problems);
  const used = SOURCES.filter((each) => each.fileIn(project) !== undefined).map(
    ({ name }) => `ptask migrate ${name}`,
  );
  return fail({
    message: `nothing in ${root} is told to ${tool}`,
    hint:
      used.length > 0
        ? `what is here: ${used.join(', ')}`
        : '`ptask init` looks at the scripts of package.json',
  });
}

const scripts: Source = {
  name: 'package.json',
  fileIn: ({ workspace: { packages }, repository }: Project) =>
    packages.some((each) => each.scripts.size > 0) || repository.has('nx.json') ? 'package.json' : undefined,
  draft: draftOfScripts,
};

/** Those with tasks of their own: one of them is enough. */
const OWN = new Set(['taskfile', 'make']);
const HOOKS = new Set(['lint-staged', 'lefthook']);

const alsoHere = ({ name, fileIn }: Source, project: Project): string =>
  `what ${fileIn(project)} tells ${name} is not in it: \`ptask migrate ${name} --config <file>\` makes tasks of that`;

function settled(repository: Repository, draft: Draft): Result<Draft> {
  if (repository.problems.length > 0) return fail(...repository.problems);
  if (draft.tasks.some(({ off }) => off === undefined)) return ok(draft);
  return fail({
    message: `nothing in ${draft.sources.join(', ')} is a task for a run of all`,
    ...(draft.notes.length > 0 && { reasons: draft.notes }),
    hint: 'write a config by hand: a task is a command with what it reads and writes',
  });
}

const nothingIn = (root: string): Diagnostic => ({
  message: `nothing in ${root} says what is run here`,
  reasons: ['there are no scripts in a package.json, no nx.json, no Taskfile.yml and no Makefile'],
  hint: 'start ptask init in the root of the repository, or write a config by hand',
});
