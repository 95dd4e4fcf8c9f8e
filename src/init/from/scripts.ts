// The scripts of all packages as a draft.

import { type Draft, type DraftTask, emptyDraft } from '../draft.ts';
import { Names } from '../names.ts';
import { below } from '../read/repository.ts';
import { unique } from '../read/values.ts';
import { FilesOfEntries } from './files-of-entries.ts';
import { isKnown, orderEntries } from './order.ts';
import { type Entries, type Entry, type Project, scriptEntries } from './script-entries.ts';

export function draftOfScripts(project: Project): Draft {
  const entries = scriptEntries(project);
  return draftOfEntries(
    project,
    entries,
    project.workspace.packages.map(({ folder }) => below(folder, 'package.json')),
  );
}

export function draftOfEntries(project: Project, entries: Entries, sources: readonly string[]): Draft {
  const { repository, workspace } = project;
  setVariantsAside([...entries.all.values()]);
  orderEntries(entries, workspace);
  const listed = [...entries.all.values()].filter(
    ({ state }) => state === 'task' || state === 'gather' || state === 'off',
  );
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
      run: isGather ? [] : entry.run,
      ...(isGather ? { reads: undefined, writes: undefined } : files.of(entry)),
      needs,
      cwd: isGather ? '' : entry.ref.package.folder,
      ...(cache !== undefined && { cache }),
      comments: [...entry.comments, ...(isGather ? [] : whatIsNotKnown(entry, needs))],
      ...(entry.state === 'off' && { off: sentence(entry.why) }),
    };
  });
  return {
    ...emptyDraft(),
    sources: namedSources(sources),
    tasks,
    notes: leftOut([...entries.all.values()], workspace.prefixOf),
  };
}

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}:`;

function cacheOf({ env, keepsOutputs, reads, writes }: Entry): DraftTask['cache'] {
  if (reads === undefined || writes === undefined) return undefined;
  const names = unique(env);
  if (names.length === 0 && !keepsOutputs) return undefined;
  return { ...(names.length > 0 && { env: names }), ...(keepsOutputs && { clean: false as const }) };
}

function whatIsNotKnown(entry: Entry, needs: readonly string[]): string[] {
  if (isKnown(entry) || entry.state === 'off') return [];
  const { reads, writes, unknown } = entry;
  const what =
    reads === undefined && writes === undefined
      ? 'reads and writes'
      : reads === undefined
        ? 'reads'
        : 'writes';
  const verb = what === 'reads and writes' ? 'are' : 'is';
  const commands = unique(unknown)
    .slice(0, 2)
    .map((each) => `\`${each.replace(/\s+/g, ' ')}\``);
  const said = commands.length > 0 ? ` (${commands.join(', ')})` : '';
  const waits =
    needs.length > 0 ? ' so it waits for what might matter to it, and always runs' : ' so it always runs';
  const subject = verb === 'are' ? 'What it reads and writes is' : `What it ${what} is`;
  return [
    `${subject} not known${said},${waits}. Add \`reads\` and \`writes\`${needs.length > 0 ? ', and remove the `needs` that files make clear' : ''}.`,
  ];
}

/** What does the same as another and a little more, or writes what another writes: one of them is enough. */
function setVariantsAside(entries: readonly Entry[]): void {
  const gathered = new Set(
    entries.flatMap(({ state, calls }) => (state === 'gather' || state === 'task' ? [...calls] : [])),
  );
  for (const entry of entries) {
    if (entry.state !== 'task' || gathered.has(entry.key)) continue;
    const better = entries.find(
      (other) =>
        other !== entry &&
        other.state === 'task' &&
        other.ref.package === entry.ref.package &&
        isVariant(entry, other),
    );
    if (better === undefined) continue;
    entry.state = 'off';
    entry.why =
      entry.role === 'check'
        ? `it does what \`${better.ref.script}\` does, and more`
        : `it writes what \`${better.ref.script}\` writes`;
  }
}

/** Whether one is `test:coverage` to the other's `test`, or `build:prod` to its `build`. */
function isVariant(entry: Entry, other: Entry): boolean {
  const { script } = entry.ref;
  const isLonger =
    script.startsWith(`${other.ref.script}:`) ||
    (/^(?:coverage|cov)$/.test(script) && other.ref.script === 'test');
  if (!isLonger || entry.programs.join() !== other.programs.join() || !isKnown(entry) || !isKnown(other))
    return false;
  if (entry.role === 'build') return (entry.writes ?? []).some((each) => other.writes?.includes(each));
  return entry.role === 'check' && /cov/.test(script);
}

/** One sentence for each reason. */
function leftOut(entries: readonly Entry[], prefixOf: (one: Entry['ref']['package']) => string): string[] {
  const byReason = new Map<string, string[]>();
  for (const { state, why, ref } of entries) {
    if (state !== 'left out' || why === 'is no test' || why === 'npm runs by itself') continue;
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
    return `left out, as each ${why}: ${shown.join(', ')}`;
  });
}

const MOST_NAMED = 8;

/** Those of packages are told as one. */
function namedSources(sources: readonly string[]): string[] {
  const [first, ...others] = unique(sources);
  if (first === undefined) return [];
  return others.length > 1 ? [first, `${others.length} packages`] : [first, ...others];
}
