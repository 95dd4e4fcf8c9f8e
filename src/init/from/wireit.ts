// Scripts that are told as `wireit` in package.json: their command, their files, what they wait for.

import { literally } from '../../config/variables.ts';
import { below, globFrom, inFolder } from '../read/repository.ts';
import { type Fields, fieldsOf, isObject, objectsOf, textOf, textsOf } from '../read/values.ts';
import type { Package, Workspace } from '../read/workspace.ts';
import type { LineOf } from './judging.ts';
import type { Entry } from './script-entries.ts';
import { keyOf } from './script-parts.ts';
import type { ScriptSource } from './source.ts';
import { readWhatIsMade } from './turbo.ts';

const scriptsOf = ({ manifest }: Package): Map<string, Fields> => new Map(objectsOf(manifest.wireit));

/** The command that stands behind a script. */
export const wireitLine: LineOf = ({ package: own, script }) => {
  const line = own.scripts.get(script);
  if (line?.trim() !== 'wireit') return line;
  return textOf(scriptsOf(own).get(script)?.command) ?? '';
};

export const wireit: ScriptSource = {
  name: 'wireit',
  fileIn: ({ workspace }) => {
    const found = workspace.packages.find((each) => isObject(each.manifest.wireit));
    return found && below(found.folder, 'package.json');
  },
  declare({ workspace }, entries) {
    const declared = [...entries.all.values()].flatMap((entry) => {
      const fields = scriptsOf(entry.ref.package).get(entry.ref.script);
      return fields === undefined ? [] : [{ entry, fields }];
    });
    for (const { entry, fields } of declared) translate(entry, fields, workspace);
    for (const { entry } of declared) readWhatIsMade(entry, entries);
    return new Set(declared.map(({ entry }) => entry.key));
  },
};

function translate(entry: Entry, fields: Fields, workspace: Workspace): void {
  const own = entry.ref.package;
  const command = textOf(fields.command);
  if (isService(fields) && command !== undefined) {
    const line = textOf(fieldsOf(fieldsOf(fields.service).readyWhen).lineMatches);
    entry.state = 'task';
    entry.service = line === undefined ? {} : { log: `/${line.replace(/\\?\//g, '\\/')}/` };
  }
  const calls = (Array.isArray(fields.dependencies) ? fields.dependencies : []).flatMap((each) => {
    const written = textOf(each) ?? textOf(fieldsOf(each).script);
    return written === undefined ? [] : dependency(written, own, workspace);
  });
  if (entry.state === 'left out' && command === undefined) entry.state = 'gather';
  if (entry.state === 'left out') return;
  for (const key of calls) {
    entry.calls.add(key);
  }
  if (command === undefined) {
    entry.state = 'gather';
    entry.run = [];
    return;
  }
  entry.run = [command];
  const { files, output, env } = fields;
  if (Array.isArray(files)) {
    entry.reads = [...globs(own.folder, textsOf(files)), below(own.folder, 'package.json')];
    entry.followsImports = false;
  }
  if (Array.isArray(output)) entry.writes = globs(own.folder, textsOf(output));
  if (entry.reads !== undefined && entry.writes !== undefined) entry.unknown = [];
  if (entry.writes !== undefined && entry.writes.length > 0 && entry.role === 'check') entry.role = 'build';
  if (fields.clean === false) entry.keepsOutputs = true;
  for (const [name, value] of Object.entries(fieldsOf(env))) {
    if (typeof value === 'string') entry.variables[name] = literally(value);
    else if (isObject(value) && value.external === true) entry.env.push(name);
  }
}

const isService = ({ service }: Fields): boolean => service !== undefined && service !== false;

const globs = (folder: string, written: readonly string[]): string[] =>
  written.flatMap((each) => globFrom(folder, each) ?? []);

/** `build`, `../core:build`. */
function dependency(written: string, own: Package, workspace: Workspace): string[] {
  const [, path, script = written] = /^(\.{1,2}\/[^:]*):(.+)$/.exec(written) ?? [];
  if (path === undefined) return [keyOf({ package: own, script })];
  const folder = inFolder(own.folder, path);
  const other = workspace.packages.find((each) => each.folder === folder);
  return other === undefined ? [] : [keyOf({ package: other, script })];
}
