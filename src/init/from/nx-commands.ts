// What a target of nx runs: a script, commands, nothing of its own, or an executor, which only nx knows.

import { literally } from '../../config/variables.ts';
import type { NxProject } from '../read/nx-answer.ts';
import { inFolder } from '../read/repository.ts';
import { type Fields, fieldsOf, textOf, textsOf, wordList } from '../read/values.ts';
import type { Project } from './judging.ts';
import { blank, type Entries, type Entry, entryOfLines } from './script-entries.ts';
import { leftOutByName } from './script-names.ts';
import { keyOf } from './script-parts.ts';

export interface Target {
  project: NxProject;
  name: string;
  /** With all defaults. */
  fields: Fields;
}

export function entryOfTarget(scene: Project, target: Target, { all }: Entries): Entry | undefined {
  const { project, name, fields } = target;
  const { own } = project;
  const ref = { package: own, script: name };
  const options = fieldsOf(fields.options);
  const executor = textOf(fields.executor);
  const lines = linesOf(target);
  const isCommands = lines.length > 0 && (executor === undefined || executor === RUN_COMMANDS);
  if (executor === 'nx:run-script')
    return all.get(keyOf({ package: own, script: textOf(options.script) ?? name }));
  const isEmpty = executor === undefined && !isCommands;
  const known = isEmpty ? all.get(keyOf(ref)) : undefined;
  if (known !== undefined) return known;
  if (isEmpty && !Array.isArray(fields.dependsOn)) return undefined;
  // One that is no package has its name nowhere else.
  const title = scene.workspace.packages.includes(own) ? [name] : [project.name, name];
  const leftOut = whyLeftOut(target);
  const more = leftOut === undefined ? {} : { state: 'left out' as const, why: leftOut };
  if (isEmpty || executor === NOOP) return { ...blank(ref, title), state: 'gather', ...more };
  const cwd = isCommands ? folderOf(target) : '';
  const run = isCommands ? lines : [nxCommand(scene, target)];
  const entry = entryOfLines(scene, { package: { ...own, folder: cwd }, script: name }, run);
  return {
    ...entry,
    ...{ ref, cwd, title, key: keyOf(ref) },
    variables: isCommands ? variablesOf(options.env) : {},
    comments: commentsOf(target, isCommands && lines.length > 1),
    ...more,
  };
}

const RUN_COMMANDS = 'nx:run-commands';
const NOOP = 'nx:noop';

/** The lines as nx starts them. */
function linesOf({ project, fields }: Target): string[] {
  const options = fieldsOf(fields.options);
  const written = fields.command ?? options.command ?? options.commands;
  return (Array.isArray(written) ? written : [written]).flatMap((each) => {
    const line = textOf(each) ?? textOf(fieldsOf(each).command);
    if (line === undefined) return [];
    const isForwarded = fieldsOf(each).forwardAllArgs !== false && options.forwardAllArgs !== false;
    return filledIn(withArguments(line, options, isForwarded), project);
  });
}

const filledIn = (text: string, { own, name }: NxProject): string =>
  text
    .replaceAll('{projectRoot}', own.folder || '.')
    .replaceAll('{workspaceRoot}', '.')
    .replaceAll('{projectName}', name)
    // It watches where there is a terminal, and nx gives it one only where somebody sits at it.
    .replace(/^vitest(?= --|$)/, 'vitest run');

/** What nx does not take for itself it passes on. */
const OWN_OPTIONS = new Set(
  wordList(`
    command commands color no-color parallel no-parallel readyWhen cwd args envFile env usePty streamOutput verbose
    forwardAllArgs tty __unparsed__
  `),
);

function withArguments(line: string, options: Fields, isForwarded: boolean): string {
  const flags = Object.entries(options).flatMap(([name, value]) =>
    OWN_OPTIONS.has(name) || typeof value === 'object' ? [] : quoted(`--${name}=${String(value)}`),
  );
  const all = [...flags, ...textsOf(options.args)].join(' ');
  if (line.includes('{args.'))
    return line.replace(/\{args\.([^}]+)\}/g, (_, name: string) => {
      const value = options[name];
      return value === undefined || typeof value === 'object' ? '' : String(value);
    });
  if (line.includes('{args}')) return line.replaceAll('{args}', all).trimEnd();
  return isForwarded && all !== '' ? `${line} ${all}` : line;
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Without a `cwd` commands run at the root, whatever the project is. */
function folderOf({ project, fields }: Target): string {
  const written = textOf(fieldsOf(fields.options).cwd) ?? '';
  const { folder } = project.own;
  return inFolder('', written.replaceAll('{projectRoot}', folder).replaceAll('{workspaceRoot}', '.')) ?? '';
}

/** What it waits for is a task of its own here, which nx would run once more. */
function nxCommand({ nx }: Project, { project, name }: Target): string {
  const version = nx !== undefined && 'graph' in nx ? Number.parseInt(nx.version, 10) : 0;
  const alone = version >= KNOWS_ALONE ? ' --excludeTaskDependencies' : '';
  return `npx nx run ${quoted(`${project.name}:${name}`)}${alone}`;
}

/** The version from which on nx can be told to run nothing else. */
const KNOWS_ALONE = 20;

const variablesOf = (env: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fieldsOf(env)).flatMap(([name, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[name, literally(String(value))]] : [],
    ),
  );

function commentsOf({ fields }: Target, areSeveral: boolean): string[] {
  const executor = textOf(fields.executor);
  if (executor !== undefined && executor !== RUN_COMMANDS)
    return [`nx runs it, since \`${executor}\` is an executor of nx's and no command.`];
  if (!areSeveral || fieldsOf(fields.options).parallel === false) return [];
  return [
    'nx runs these commands at once, ptask one after the other: split them into tasks where that takes long.',
  ];
}

function whyLeftOut({ project, name, fields }: Target): string | undefined {
  if (fields.continuous === true) return 'never ends';
  const whole = [...project.targets]
    .filter(([each]) => each === name || name.startsWith(`${each}--`))
    .flatMap(([, each]) => textOf(fieldsOf(each.metadata).nonAtomizedTarget) ?? [])[0];
  if (whole !== undefined) return `\`${whole}\` does the same in one go`;
  return leftOutByName(name);
}
