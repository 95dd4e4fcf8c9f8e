// Taskfile.yml: commands with their sources and what they generate.

import { literally } from '../../config/variables.ts';
import { type Draft, emptyDraft } from '../draft.ts';
import { below, folderOf, inFolder, type Repository } from '../read/repository.ts';
import { type Fields, fieldsOf, isObject, textOf, textsOf } from '../read/values.ts';
import type { Project } from './judging.ts';
import { rootPackage } from './make.ts';
import { blank, type Entries, type Entry, entryOfLines } from './script-entries.ts';
import { leftOutByName } from './script-names.ts';
import { draftOfEntries } from './scripts.ts';
import type { TaskSource } from './source.ts';

const FILES = [
  'Taskfile.yml',
  'taskfile.yml',
  'Taskfile.yaml',
  'taskfile.yaml',
  'Taskfile.dist.yml',
  'Taskfile.dist.yaml',
];

export const taskfile: TaskSource = {
  name: 'taskfile',
  fileIn: ({ repository }) => FILES.find((name) => repository.has(name)),
  draft(project): Draft {
    const file = FILES.find((name) => project.repository.has(name)) ?? 'Taskfile.yml';
    const tasks = new Map<string, Written>();
    const files: string[] = [];
    collect(project.repository, file, '', { variables: {}, tasks, files });
    const shared = emptyDraft();
    const top = fieldsOf(project.repository.yaml(file));
    shared.dotenv.push(...textsOf(top.dotenv));
    for (const [name, value] of Object.entries(fieldsOf(top.env)))
      if (typeof value !== 'object')
        shared.env[name] = literally(filled(String(value), staticVariables(top.vars)) ?? String(value));
    const entries = translate(project, tasks);
    const draft = draftOfEntries(project, entries, shared, files);
    return { ...draft, hasPackages: project.repository.has('package.json') };
  },
};

interface Written {
  fields: Fields;
  /** Relative to the root. */
  folder: string;
  /** What comes before the names of its file's tasks. */
  namespace: string;
  variables: Record<string, string>;
}

interface Collected {
  variables: Record<string, string>;
  tasks: Map<string, Written>;
  files: string[];
}

/** The tasks of a file and of those that it includes. */
function collect(
  repository: Repository,
  file: string,
  namespace: string,
  into: Collected,
  folder = folderOf(file),
): void {
  const fields = fieldsOf(repository.yaml(file));
  if (into.files.includes(file)) return;
  into.files.push(file);
  const variables = { ...into.variables, ...staticVariables(fields.vars) };
  for (const [name, written] of Object.entries(fieldsOf(fields.tasks))) {
    const task = isObject(written) ? written : { cmds: written };
    into.tasks.set(`${namespace}${name}`, { fields: task, folder, namespace, variables });
  }
  for (const [name, written] of Object.entries(fieldsOf(fields.includes))) {
    const path = textOf(isObject(written) ? written.taskfile : written);
    const at = path === undefined ? undefined : inFolder(folderOf(file), path);
    if (at === undefined) continue;
    const found = repository.isFolder(at)
      ? FILES.map((each) => below(at, each)).find((each) => repository.has(each))
      : at;
    const own =
      isObject(written) && textOf(written.dir) !== undefined
        ? inFolder(folderOf(file), textOf(written.dir) ?? '')
        : folder;
    if (found !== undefined)
      collect(repository, found, `${namespace}${name}:`, { ...into, variables }, own ?? folder);
  }
}

/** Variables that are texts, not what a command prints. */
const staticVariables = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([name, each]) =>
      typeof each === 'string' || typeof each === 'number' ? [[name, String(each)]] : [],
    ),
  );

/** A text with its templates filled in; undefined where only the tool could. */
function filled(text: string, variables: Readonly<Record<string, string>>, depth = 0): string | undefined {
  if (depth > 10) return undefined;
  let isKnown = true;
  const result = text.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (_, inside: string) => {
    const [, name = ''] = /^\.(\w+)$/.exec(inside) ?? [];
    if (name === 'CLI_ARGS') return '';
    const value = variables[name];
    const inner = value === undefined ? undefined : filled(value, variables, depth + 1);
    if (inner === undefined) isKnown = false;
    return inner ?? '';
  });
  return isKnown ? result.trim() : undefined;
}

function translate(project: Project, tasks: ReadonlyMap<string, Written>): Entries {
  const all = new Map<string, Entry>();
  const orders: Entries['orders'] = [];
  for (const [name, written] of tasks) {
    const entry = entryOf(project, name, written, tasks, orders);
    all.set(entry.key, entry);
  }
  return { all, orders };
}

/** All names are in one list, wherever their commands run. */
const keyOfTask = (name: string): string => `#${name}`;

function entryOf(
  project: Project,
  name: string,
  written: Written,
  tasks: ReadonlyMap<string, Written>,
  orders: Entries['orders'],
): Entry {
  const { fields, namespace } = written;
  const variables = { ...written.variables, ...staticVariables(fields.vars) };
  const folder =
    inFolder(written.folder, filled(textOf(fields.dir) ?? '', variables) ?? '') ?? written.folder;
  const ref = { package: rootPackage(project, folder), script: name };
  const base = { ...blank(ref, [name]), key: keyOfTask(name), description: textOf(fields.desc) ?? '' };
  const named = leftOutByName(name);
  if (named !== undefined || name.includes('*'))
    return { ...base, state: 'left out', why: named ?? 'has a name with a pattern' };
  if (fields.watch === true) return { ...base, state: 'left out', why: 'never ends' };
  const target = (called: string): string =>
    called.startsWith(':') ? called.slice(1) : `${namespace}${called}`;
  const deps = listOf(fields.deps)
    .flatMap((each) => textOf(each) ?? textOf(fieldsOf(each).task) ?? [])
    .map(target);
  const commands = commandsOf(fields, variables);
  const isByTool =
    commands === undefined ||
    deps.some((each) => !tasks.has(each)) ||
    listOf(fields.deps).some((each) => isObject(each) && each.vars !== undefined);
  if (isByTool)
    return {
      ...base,
      run: [`task ${name}`],
      unknown: [`task ${name}`],
      role: /generate|gen/.test(name) ? 'generate' : /build/.test(name) ? 'build' : 'check',
    };
  const calls = commands.calls.map(target);
  for (const [at, called] of calls.entries())
    orders.push([[...deps, ...calls.slice(0, at)].map(keyOfTask), [keyOfTask(called)]]);
  const needs = new Set([...deps, ...calls].map(keyOfTask));
  if (commands.lines.length === 0) return { ...base, state: 'gather', calls: needs };
  const judged = {
    ...entryOfLines(project, ref, commands.lines),
    key: base.key,
    description: base.description,
    calls: needs,
  };
  return declared(judged, fields, folder, variables);
}

/** What is said beside its commands. */
function declared(entry: Entry, fields: Fields, folder: string, variables: Record<string, string>): Entry {
  const globs = (value: unknown): string[] | undefined => {
    if (!Array.isArray(value)) return undefined;
    const found = value.map((each) => {
      const isExclude = isObject(each);
      const text = filled(textOf(isExclude ? each.exclude : each) ?? '', variables);
      const path = text === undefined || text === '' ? undefined : inFolder(folder, text);
      return path === undefined ? undefined : isExclude ? `!${path}` : path;
    });
    return found.includes(undefined) ? undefined : found.filter((each) => each !== undefined);
  };
  const reads = globs(fields.sources) ?? entry.reads;
  const generated = globs(fields.generates);
  const env = Object.entries(fieldsOf(fields.env)).flatMap(([name, value]): [string, string][] => {
    const text = typeof value === 'object' ? undefined : filled(String(value), variables);
    return text === undefined ? [] : [[name, literally(text)]];
  });
  if (fields.preconditions !== undefined || fields.requires !== undefined)
    entry.comments.push('task looks at its preconditions first: ptask does not, so let a command do it.');
  if (fields.status !== undefined)
    entry.comments.push('task asks its `status` whether it is up to date: ptask compares what it reads.');
  if (fields.platforms !== undefined)
    entry.comments.push('task runs it on some platforms only: ptask on all.');
  const isDeclared = reads !== undefined && generated !== undefined;
  return {
    ...entry,
    reads,
    writes: generated ?? entry.writes,
    variables: Object.fromEntries(env),
    ...(isDeclared && { unknown: [] }),
    ...(fields.interactive === true && { isRaw: true }),
    ...(generated !== undefined &&
      generated.length > 0 &&
      entry.role === 'check' && { role: 'build' as const }),
  };
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** The commands, and the tasks that are called before them; undefined where only the tool knows. */
function commandsOf(
  fields: Fields,
  variables: Record<string, string>,
): { calls: string[]; lines: string[] } | undefined {
  const calls: string[] = [];
  const lines: string[] = [];
  for (const each of [...listOf(fields.cmds), ...listOf(fields.cmd)]) {
    const called = isObject(each) ? textOf(each.task) : undefined;
    if (
      isObject(each) &&
      (each.for !== undefined || each.defer !== undefined || each.platforms !== undefined)
    )
      return undefined;
    if (called !== undefined) {
      if (lines.length > 0 || (isObject(each) && each.vars !== undefined) || called.includes('{{'))
        return undefined;
      calls.push(called);
      continue;
    }
    const line = filled(textOf(isObject(each) ? each.cmd : each) ?? '', variables);
    if (line === undefined) return undefined;
    if (line !== '') lines.push(isObject(each) && each.ignore_error === true ? `${line} || true` : line);
  }
  return { calls, lines };
}
