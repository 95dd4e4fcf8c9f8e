// nx.json and project.json: targets of projects, what they wait for, and their inputs and outputs by name.

import { type NxProject, pluginsIn } from '../read/nx-answer.ts';
import { NxGraph } from '../read/nx-graph.ts';
import { folderOf, inFolder } from '../read/repository.ts';
import { type Fields, fieldsOf, textOf, textsOf } from '../read/values.ts';
import type { Read } from '../tools/tool.ts';
import { entryOfTarget, type Target } from './nx-commands.ts';
import type { Entries, Entry } from './script-entries.ts';
import { keyOf } from './script-parts.ts';
import type { ScriptSource, Shared } from './source.ts';
import { readWhatIsMade } from './turbo.ts';

export const nx: ScriptSource = {
  name: 'nx',
  fileIn: ({ repository }) => (repository.has('nx.json') ? 'nx.json' : undefined),
  declare(scene, entries, shared) {
    const { repository, workspace, nx: answer } = scene;
    const told = answer !== undefined && 'graph' in answer ? answer : undefined;
    const graph = new NxGraph(repository, workspace, told?.graph);
    const problem = answer !== undefined && 'problem' in answer ? answer.problem : undefined;
    if (told === undefined) shared.notes.push(...whatIsInferred(graph.nx, problem));
    const known = new Set<string>();
    const found: { entry: Entry; target: Target }[] = [];
    for (const project of graph.projects) {
      for (const [name, fields] of project.targets) {
        const target = { project, name, fields: graph.withDefaults(name, fields) };
        const entry = entryOfTarget(scene, target, entries);
        if (entry === undefined) continue;
        entries.all.set(entry.key, entry);
        known.add(entry.key);
        found.push({ entry, target });
      }
    }
    for (const { entry, target } of found) new Translation(graph, entries, shared).apply(entry, target);
    for (const { entry } of found) readWhatIsMade(entry, entries);
    for (const { entry } of found) leaveOutIfEmpty(entry, entries);
    return known;
  },
};

/** Plugins look at what is there when nx runs, and there are as many rules as plugins: only nx knows what they come to. */
function whatIsInferred(nx: Fields, problem = 'only `ptask migrate nx` asks nx for them'): string[] {
  const plugins = pluginsIn(nx);
  if (plugins.length === 0) return [];
  const [first] = plugins;
  const named = plugins.length === 1 ? first : `${first} and ${plugins.length - 1} more`;
  return [`targets that plugins of nx infer (${named}) are not in it: ${problem}`];
}

/** A target that only gathers others, of which none is a task. */
function leaveOutIfEmpty(entry: Entry, { all }: Entries): void {
  if (entry.state !== 'gather') return;
  if ([...entry.calls].some((key) => /^(?:task|gather)$/.test(all.get(key)?.state ?? ''))) return;
  entry.state = 'left out';
  entry.why = 'nothing to wait for';
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
    entry.isCached = this.#graph.isCached(target.name, fields);
    if (!entry.isCached && !isDescribed(fields)) return;
    const inputs = Array.isArray(fields.inputs) ? fields.inputs : ['default', '^default'];
    const reads = inputs.flatMap((each) => this.#input(entry, project, each, new Set()));
    entry.reads = [
      ...reads,
      ...(entry.reads ?? []).filter((each) => typeof each === 'string' && !each.startsWith('!')),
    ];
    entry.writes = Array.isArray(fields.outputs) ? this.#outputs(target) : (entry.writes ?? []);
    entry.followsImports = false;
    entry.unknown = [];
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
    const other = this.#graph.projects.find(
      ({ name, targets }) => target.startsWith(`${name}:`) && targets.has(target.slice(name.length + 1)),
    );
    const owners =
      named.length > 0
        ? this.#graph.projects.filter(({ name }) => named.includes(name))
        : isOfOthers
          ? this.#nearest(project, target)
          : [project];
    for (const owner of owners) {
      const key = keyOf(
        other === undefined
          ? { package: owner.own, script: target }
          : { package: other.own, script: target.slice(other.name.length + 1) },
      );
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
    const fileset = textOf(fields.fileset) ?? textOf(fields.json);
    const isOfOthers = fields.dependencies === true || fields.projects === 'dependencies';
    const input = textOf(fields.input);
    const variable = textOf(fields.env);
    const command = textOf(fields.runtime);
    const named = fileset ?? input;
    if (named !== undefined) return this.#input(entry, project, isOfOthers ? `^${named}` : named, seen);
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
      let isSaid = true;
      const filled = each.replace(/\{options\.([\w.-]+)\}/g, (_, option: string) => {
        const said = textOf(options[option]);
        isSaid &&= said !== undefined;
        return said ?? '';
      });
      if (!isSaid) return [];
      const isPlaced = /^\{(?:projectRoot|workspaceRoot)\}/.test(filled);
      return pattern(project, isPlaced ? filled : `{workspaceRoot}/${filled}`, false).map(asFolder);
    });
  }
}

/** Whether it is said what it reads or writes. What nx caches is made from nothing else, said or not. */
const isDescribed = ({ inputs, outputs }: Fields): boolean => Array.isArray(inputs) || Array.isArray(outputs);

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
