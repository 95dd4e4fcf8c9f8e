// Scripts that are told as `wireit` in package.json: their command, their files, what they wait for.

import { below, globFrom, inFolder } from '../read/repository.ts';
import { type Fields, fieldsOf, isObject, objectsOf, textOf, textsOf } from '../read/values.ts';
import type { Package, Workspace } from '../read/workspace.ts';
import type { LineOf } from './judging.ts';
import type { Entries, Entry } from './script-entries.ts';
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
    for (const { entry, fields } of declared) translate(entry, fields, entries, workspace);
    for (const { entry } of declared) readWhatIsMade(entry, entries);
    return new Set(declared.map(({ entry }) => entry.key));
  },
};

function translate(entry: Entry, fields: Fields, { all }: Entries, workspace: Workspace): void {
  const own = entry.ref.package;
  if (fields.service !== undefined && fields.service !== false) {
    entry.state = 'left out';
    entry.why = 'never ends';
    return;
  }
  const command = textOf(fields.command);
  const calls = (Array.isArray(fields.dependencies) ? fields.dependencies : []).flatMap((each) => {
    const written = textOf(each) ?? textOf(fieldsOf(each).script);
    return written === undefined ? [] : dependency(written, own, workspace);
  });
  if (entry.state === 'left out' && command === undefined) entry.state = 'gather';
  if (entry.state === 'left out') return;
  for (const key of calls) {
    const called = all.get(key);
    if (called !== undefined && isService(called))
      entry.comments.push(`It needs the service \`${called.ref.script}\`, which ptask does not start.`);
    else entry.calls.add(key);
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
    if (typeof value === 'string') entry.variables[name] = value;
    else if (isObject(value) && value.external === true) entry.env.push(name);
  }
}

function isService({ ref }: Entry): boolean {
  const { service } = scriptsOf(ref.package).get(ref.script) ?? {};
  return service !== undefined && service !== false;
}

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
