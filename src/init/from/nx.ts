// nx.json and project.json: targets of projects, what they wait for, and their inputs and outputs by name.

import { NxGraph, type NxProject } from '../read/nx-graph.ts';
import { folderOf, inFolder } from '../read/repository.ts';
import { type Fields, fieldsOf, textOf, textsOf } from '../read/values.ts';
import type { Read } from '../tools/tool.ts';
import type { Project as Scene } from './judging.ts';
import { type Entries, type Entry, entryOfLines } from './script-entries.ts';
import { leftOutByName } from './script-names.ts';
import { keyOf } from './script-parts.ts';
import type { ScriptSource, Shared } from './source.ts';
import { readWhatIsMade } from './turbo.ts';

export const nx: ScriptSource = {
  name: 'nx',
  fileIn: ({ repository }) => (repository.has('nx.json') ? 'nx.json' : undefined),
  declare(scene, entries, shared) {
    const graph = new NxGraph(scene.repository, scene.workspace);
    const known = new Set<string>();
    const found: { entry: Entry; target: Target }[] = [];
    for (const project of graph.projects) {
      for (const [name, fields] of project.targets) {
        const target = { project, name, fields: graph.withDefaults(name, fields) };
        const entry = entryOf(scene, target, entries);
        if (entry === undefined) continue;
        entries.all.set(entry.key, entry);
        known.add(entry.key);
        found.push({ entry, target });
      }
    }
    for (const { entry, target } of found) new Translation(graph, entries, shared).apply(entry, target);
    for (const { entry } of found) readWhatIsMade(entry, entries);
    return known;
  },
};

interface Target {
  project: NxProject;
  name: string;
  fields: Fields;
}

/** What a target runs: a script, commands, or else an executor, which only nx knows. */
function entryOf(scene: Scene, { project, name, fields }: Target, { all }: Entries): Entry | undefined {
  const { own } = project;
  const ref = { package: own, script: name };
  const known = all.get(keyOf(ref));
  const options = fieldsOf(fields.options);
  const executor = textOf(fields.executor);
  const written = fields.command ?? options.command ?? options.commands;
  const lines = (Array.isArray(written) ? written : [written]).flatMap(
    (each) => textOf(each) ?? textOf(fieldsOf(each).command) ?? [],
  );
  const isCommands = lines.length > 0 && (executor === undefined || executor === 'nx:run-commands');
  if (!isCommands && executor === undefined) return known;
  if (executor === 'nx:run-script')
    return all.get(keyOf({ package: own, script: textOf(options.script) ?? name }));
  const named = leftOutByName(name);
  const filled = lines.map((line) =>
    line
      .replaceAll('{projectRoot}', own.folder || '.')
      .replaceAll('{workspaceRoot}', '.')
      .replaceAll('{projectName}', project.name),
  );
  const run = isCommands ? filled : [`npx nx run ${project.name}:${name}`];
  // Without a `cwd` commands run at the root, whatever the project is.
  const cwd = isCommands
    ? (inFolder(
        '',
        (textOf(options.cwd) ?? '')
          .replaceAll('{projectRoot}', own.folder)
          .replaceAll('{workspaceRoot}', '.'),
      ) ?? '')
    : '';
  const entry = entryOfLines(scene, { package: { ...own, folder: cwd }, script: name }, run);
  const isAtOnce = lines.length > 1 && options.parallel !== false;
  return {
    ...entry,
    ref,
    cwd,
    // One that is no package has its name nowhere else.
    title: scene.workspace.packages.includes(own) ? [name] : [project.name, name],
    key: keyOf(ref),
    comments: isAtOnce
      ? [
          'nx runs these commands at once, ptask one after the other: split them into tasks where that takes long.',
        ]
      : [],
    ...(fields.continuous === true && { state: 'left out' as const, why: 'never ends' }),
    ...(named !== undefined && { state: 'left out' as const, why: named }),
  };
}

class Translation {
  readonly #graph: NxGraph;
  readonly #entries: Entries;
  readonly #shared: Shared;

  constructor(graph: NxGraph, entries: Entries, shared: Shared) {
    this.#graph = graph;
    this.#entries = entries;
    this.#shared = shared;
  }

  apply(entry: Entry, target: Target): void {
    if (entry.state === 'left out' || entry.state === 'part') return;
    const { fields, project } = target;
    for (const each of Array.isArray(fields.dependsOn) ? fields.dependsOn : [])
      this.#dependsOn(entry, project, each);
    if (entry.state === 'gather') return;
    const inputs = Array.isArray(fields.inputs) ? fields.inputs : ['default', '^default'];
    const reads = inputs.flatMap((each) => this.#input(entry, project, each, new Set()));
    entry.reads = [
      ...reads,
      ...(entry.reads ?? []).filter((each) => typeof each === 'string' && !each.startsWith('!')),
    ];
    entry.writes = Array.isArray(fields.outputs) ? this.#outputs(target) : (entry.writes ?? []);
    entry.followsImports = false;
    entry.unknown = [];
    if (fields.cache === false) entry.isCached = false;
    if (
      entry.writes.length > 0 &&
      entry.role === 'check' &&
      !/^(?:lint|test|e2e|check|type)/.test(entry.ref.script)
    )
      entry.role = 'build';
  }

  /** `build`, `^build`, `{ target, projects }`, `{ target, dependencies: true }`. */
  #dependsOn(entry: Entry, project: NxProject, written: unknown): void {
    const fields = fieldsOf(written);
    const text = textOf(written) ?? textOf(fields.target) ?? '';
    const target = text.replace(/^\^/, '');
    const named = textsOf(fields.projects).filter((each) => each !== 'self' && each !== 'dependencies');
    const isOfOthers =
      text.startsWith('^') || fields.dependencies === true || fields.projects === 'dependencies';
    const [first = '', second] = target.split(':');
    const owners =
      named.length > 0
        ? this.#graph.projects.filter(({ name }) => named.includes(name))
        : isOfOthers
          ? this.#nearest(project, target)
          : [project];
    for (const owner of owners) {
      const other =
        second === undefined ? undefined : this.#graph.projects.find(({ name }) => name === first);
      const key = keyOf({
        package: (other ?? owner).own,
        script: other === undefined ? target : (second as string),
      });
      if (this.#entries.all.has(key)) entry.calls.add(key);
    }
  }

  #nearest(project: NxProject, target: string): NxProject[] {
    const found = new Set<NxProject>();
    const seen = new Set([project]);
    for (const each of seen)
      for (const other of this.#graph.dependenciesOf(each)) {
        if (other.targets.has(target)) found.add(other);
        else seen.add(other);
      }
    return [...found];
  }

  /** What an input stands for; `^` is the same of all that the project stands on. */
  #input(entry: Entry, project: NxProject, written: unknown, seen: Set<string>): Read[] {
    const text = textOf(written);
    if (text === undefined) return this.#special(entry, project, fieldsOf(written), seen);
    if (text.startsWith('^'))
      return this.#graph
        .allDependenciesOf(project)
        .flatMap((other) => [...this.#input(entry, other, text.slice(1), new Set()), ...this.#madeBy(other)]);
    const isExclude = text.startsWith('!');
    const glob = isExclude ? text.slice(1) : text;
    if (!isExclude && /^\{projectRoot\}\/\*\*(?:\/\*)?$/.test(glob)) return [{ all: project.own.folder }];
    if (/^\{(?:projectRoot|workspaceRoot)\}/.test(glob)) return pattern(project, glob, isExclude);
    if (seen.has(text)) return [];
    const named = project.namedInputs[text] ?? fieldsOf(this.#graph.nx.namedInputs)[text];
    if (named === undefined) return text === 'default' ? [{ all: project.own.folder }] : [];
    return (Array.isArray(named) ? named : []).flatMap((each) =>
      this.#input(entry, project, each, new Set([...seen, text])),
    );
  }

  #special(entry: Entry, project: NxProject, fields: Fields, seen: Set<string>): Read[] {
    const fileset = textOf(fields.fileset);
    const input = textOf(fields.input);
    const variable = textOf(fields.env);
    const command = textOf(fields.runtime);
    if (fileset !== undefined) return this.#input(entry, project, fileset, seen);
    if (input !== undefined)
      return this.#input(entry, project, fields.dependencies === true ? `^${input}` : input, seen);
    if (variable !== undefined) entry.env.push(variable);
    else if (command !== undefined) this.#shared.cache.tools.push(command);
    else if (textOf(fields.dependentTasksOutputFiles) !== undefined)
      return this.#graph.allDependenciesOf(project).flatMap((other) => this.#madeBy(other));
    return [];
  }

  #madeBy(project: NxProject): string[] {
    return [...project.targets].flatMap(([name, fields]) => {
      const target = { project, name, fields: this.#graph.withDefaults(name, fields) };
      return Array.isArray(target.fields.outputs) && name.startsWith('build') ? this.#outputs(target) : [];
    });
  }

  #outputs({ project, fields }: Target): string[] {
    const options = fieldsOf(fields.options);
    return textsOf(fields.outputs).flatMap((each) => {
      const [, option] = /^\{options\.([\w.]+)\}/.exec(each) ?? [];
      const said = option === undefined ? undefined : textOf(options[option]);
      if (option !== undefined && said === undefined) return [];
      return pattern(project, said === undefined ? each : `{workspaceRoot}/${said}`, false).map((found) =>
        asFolder(found),
      );
    });
  }
}

const asFolder = (path: string): string =>
  /[*?{]/.test(path) || /\.\w+$/.test(folderOf(path) === '' ? '' : path.slice(path.lastIndexOf('/') + 1))
    ? path
    : `${path}/**`;

function pattern({ name, own }: NxProject, written: string, isExclude: boolean): string[] {
  const isOwn = written.startsWith('{projectRoot}');
  const rest = written
    .replace(/^\{(?:projectRoot|workspaceRoot)\}\/?/, '')
    .replaceAll('{projectRoot}', own.folder)
    .replaceAll('{projectName}', name);
  const path = inFolder(
    isOwn ? own.folder : '',
    rest.replace(/\/\*\*\/\*$/, '/**').replace(/^\*\*\/\*$/, '**'),
  );
  if (path === undefined || path === '') return [];
  return [isExclude ? `!${path}` : path];
}
