// The scripts of all packages as a draft.

import { type Draft, type DraftTask, emptyDraft } from '../draft.ts';
import { Names } from '../names.ts';
import { below } from '../read/repository.ts';
import { unique } from '../read/values.ts';
import { FilesOfEntries } from './files-of-entries.ts';
import type { Project } from './judging.ts';
import { nx } from './nx.ts';
import { isKnown, orderEntries } from './order.ts';
import { type Entries, type Entry, scriptEntries } from './script-entries.ts';
import type { ScriptSource, Shared } from './source.ts';
import { turbo } from './turbo.ts';
import { wireit, wireitLine } from './wireit.ts';

/** The tools that are told more of scripts than package.json says. */
const SCRIPT_SOURCES: readonly ScriptSource[] = [wireit, turbo, nx];

export function draftOfScripts(project: Project): Draft {
  const entries = scriptEntries(project, wireitLine);
  const shared = emptyDraft();
  const used = SCRIPT_SOURCES.filter((source) => source.fileIn(project) !== undefined);
  for (const source of used) source.declare(project, entries, shared);
  return draftOfEntries(project, entries, shared, [
    ...manifests(project),
    ...used.map((each) => each.fileIn(project) as string),
  ]);
}

/** Only the tasks that a tool knows, and the scripts that gather them. */
export function draftOfOne(project: Project, source: ScriptSource): Draft {
  const entries = scriptEntries(project, wireitLine);
  const shared = emptyDraft();
  const known = new Set(source.declare(project, entries, shared));
  for (const key of known) for (const called of entries.all.get(key)?.calls ?? []) known.add(called);
  for (const [key, entry] of entries.all) {
    const gathers =
      entry.state === 'gather' && entry.calls.size > 0 && [...entry.calls].every((each) => known.has(each));
    if (!known.has(key) && !gathers) entries.all.delete(key);
  }
  return draftOfEntries(project, entries, shared, [source.fileIn(project) as string]);
}

/** Of many packages it is told how many they are. */
function manifests({ workspace: { packages } }: Project): string[] {
  if (packages.length > 2) return [`package.json of ${packages.length} packages`];
  return packages.map(({ folder }) => below(folder, 'package.json'));
}

export function draftOfEntries(
  project: Project,
  entries: Entries,
  shared: Shared,
  sources: readonly string[],
): Draft {
  const { repository, workspace } = project;
  setVariantsAside([...entries.all.values()]);
  orderEntries(entries, workspace);
  const listed = [...entries.all.values()].filter(
    ({ state }) => state === 'task' || state === 'gather' || state === 'off',
  );
  shared.cache.tools.push(...listed.filter(isKnown).flatMap(({ versions }) => versions));
  const names = new Names();
  const nameOf = new Map(
    listed.map((entry) => [entry.key, names.take(workspace.prefixOf(entry.ref.package), ...entry.title)]),
  );
  const files = new FilesOfEntries(repository, workspace, entries.all.values());
  const tasks = listed.map((entry): DraftTask => {
    const needs = [...entry.calls].flatMap((key) => nameOf.get(key) ?? []);
    const isGather = entry.state === 'gather';
    const cache = cacheOf(entry);
    return {
      name: nameOf.get(entry.key) as string,
      ...(entry.description !== '' && { description: entry.description }),
      run: isGather ? [] : entry.run,
      ...(isGather ? { reads: undefined, writes: undefined } : files.of(entry)),
      needs,
      cwd: isGather ? '' : (entry.cwd ?? entry.ref.package.folder),
      env: entry.variables,
      ...(entry.service !== undefined && { service: entry.service }),
      ...(cache !== undefined && entry.service === undefined && { cache }),
      ...(entry.isRaw && !isGather && { raw: true as const }),
      comments: [...entry.comments, ...(isGather ? [] : whatIsNotKnown(entry, needs))],
      ...(entry.state === 'off' && { off: sentence(entry.why) }),
    };
  });
  return {
    ...{ ...emptyDraft(), ...shared, cache: withoutTwice(shared.cache) },
    sources: unique(sources),
    tasks,
    notes: [...shared.notes, ...leftOut([...entries.all.values()], workspace.prefixOf)],
  };
}

const withoutTwice = ({ reads, env, passEnv, tools }: Draft['cache']): Draft['cache'] => ({
  ...{ reads: unique(reads), env: unique(env), passEnv: unique(passEnv), tools: unique(tools) },
});

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}:`;

function cacheOf({ env, keepsOutputs, isCached, isRaw, reads, writes }: Entry): DraftTask['cache'] {
  if (isRaw) return undefined;
  if (!isCached) return false;
  if (reads === undefined || writes === undefined) return undefined;
  const names = unique(env);
  if (names.length === 0 && !keepsOutputs) return undefined;
  return { ...(names.length > 0 && { env: names }), ...(keepsOutputs && { clean: false as const }) };
}

function whatIsNotKnown(entry: Entry, needs: readonly string[]): string[] {
  if (isKnown(entry) || entry.state === 'off' || entry.service !== undefined) return [];
  const { reads, writes, unknown, isCached } = entry;
  const missing = [...(reads === undefined ? ['reads'] : []), ...(writes === undefined ? ['writes'] : [])];
  const commands = unique(unknown)
    .slice(0, MOST_COMMANDS)
    .map((each) => `\`${each.replace(/\s+/g, ' ')}\``);
  const said = commands.length > 0 ? ` (${commands.join(', ')})` : '';
  const when = needs.length > 0 ? ', after all that may matter to it' : '';
  const otherwise = isCached ? ' to have it cached' : ' to have its conflicts found';
  const then = needs.length > 0 ? ', and drop the `needs` that files make clear' : otherwise;
  return [
    `What it ${missing.join(' and ')} is not known${said}: it always runs${when}. Declare ${missing.map((each) => `\`${each}\``).join(' and ')}${then}.`,
  ];
}

/** Commands that a comment names. */
const MOST_COMMANDS = 2;

/** What does the same as another and a little more, or writes what another writes: one of them is enough. */
function setVariantsAside(entries: readonly Entry[]): void {
  const gathered = new Set(entries.flatMap(({ state, calls }) => (state === 'off' ? [] : [...calls])));
  for (const entry of entries) {
    if (entry.state !== 'task' || gathered.has(entry.key)) continue;
    for (const other of entries) {
      if (other === entry || other.state !== 'task' || other.ref.package !== entry.ref.package) continue;
      const why = variantOf(entry, other);
      if (why === undefined) continue;
      entry.state = 'off';
      entry.why = why;
      break;
    }
  }
}

/** Why one is no more than another's `test:coverage`, or `build:prod`. */
function variantOf(entry: Entry, other: Entry): string | undefined {
  const { script } = entry.ref;
  const isCoverage = /^(?:coverage|cov)$/.test(script) && other.ref.script === 'test';
  if (!isCoverage && !script.startsWith(`${other.ref.script}:`)) return undefined;
  if (other.line !== '' && entry.line.startsWith(`${other.line} `))
    return `it is \`${other.ref.script}\` with more words`;
  if (entry.programs.join() !== other.programs.join() || !isKnown(entry) || !isKnown(other)) return undefined;
  const isSame = entry.role === 'build' && (entry.writes ?? []).some((each) => other.writes?.includes(each));
  return isSame ? `it writes what \`${other.ref.script}\` writes` : undefined;
}

/** One sentence for each reason. */
function leftOut(entries: readonly Entry[], prefixOf: (one: Entry['ref']['package']) => string): string[] {
  const byReason = new Map<string, string[]>();
  for (const { state, why, ref } of entries) {
    if (state !== 'left out') continue;
    const prefix = prefixOf(ref.package);
    byReason.set(why, [
      ...(byReason.get(why) ?? []),
      prefix === '' ? ref.script : `${prefix}: ${ref.script}`,
    ]);
  }
  return [...byReason].map(([why, scripts]) => {
    const shown =
      scripts.length > MOST_NAMED
        ? [...scripts.slice(0, MOST_NAMED), `${scripts.length - MOST_NAMED} more`]
        : scripts;
    const how = why === NEVER_ENDS ? `${why}; to have it as a task, say \`service: true\`` : why;
    return `left out (${how}): ${shown.join(', ')}`;
  });
}

const MOST_NAMED = 8;
const NEVER_ENDS = 'never ends';
