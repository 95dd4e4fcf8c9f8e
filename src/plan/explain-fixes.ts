// What would change how two tasks stand to each other: only what fits, as phrases.

import type { Task } from '../config/config.ts';
import type { ExplainedMeeting, ExplainedSide, Explanation } from '../model/explanation.ts';
import type { Edge } from '../model/task-pairs.ts';
import { overlap, type PatternList } from './patterns/index.ts';

type Explained = Omit<Explanation, 'fixes'>;
type Pair = readonly [Task, Task];

/** Excludes that one is asked to add; with more than that the lists are better written anew. */
const MAX_EXCLUDES = 3;

export function fixesOf(explained: Explained, pair: Pair): string[] {
  const { verdict, order, undeclared } = explained;
  const declare = undeclared.map(
    (id) => `declare what ${id} reads and writes: ptask assumes it touches no files`,
  );
  if (verdict === 'ordered' && order?.by === 'needs') return [...needed(explained), ...declare];
  if (verdict === 'ordered' && order?.by === 'sequence')
    return ['`strategy: auto`, since only the requested sequence keeps them apart', ...declare];
  if (verdict === 'ordered' && order && order.path.length > 1) {
    const asked = order.path.filter(({ because }) => because.kind !== 'needs').map(askAbout);
    return [`loosen one link of the chain: ${asked.join(', ')} shows how`, ...declare];
  }
  const meetings = explained.meetings.length === 0 ? [] : met(explained, pair);
  const shared = explained.order ? [] : explained.resources.flatMap((use) => apart(use, explained.tasks));
  return [...meetings, ...shared, ...declare];
}

const askAbout = ({ from, to }: Edge): string => `\`ptask explain ${from} ${to}\``;

/** What `needs` orders is meant so, unless nothing speaks for it, or what is read comes too early. */
function needed({ order, meetings, resources }: Explained): string[] {
  const path = order?.path ?? [];
  const [edge] = path;
  if (edge === undefined) return [];
  const early = meetings.filter(({ kind, sides }) => {
    return kind === 'write-read' && readerOf(sides)?.task === order?.first;
  });
  const writes = meetings.some(({ kind, sides }) => {
    return kind === 'write-write' || readerOf(sides)?.task !== order?.first;
  });
  if (early.length > 0 && !writes) {
    const last = path.at(-1)?.to;
    return [
      `if ${edge.from} is to read what ${last} writes, reverse the \`needs\`; otherwise there is nothing to do`,
    ];
  }
  if (meetings.length > 0 || resources.some(({ clash }) => clash) || path.length > 1) return [];
  return [
    `drop \`needs: [${edge.from}]\` of ${edge.to}, if it only stands for files: they touch none in common`,
  ];
}

const readerOf = (sides: readonly ExplainedSide[]): ExplainedSide | undefined =>
  sides.find(({ access }) => access === 'reads');

function met(explained: Explained, pair: Pair): string[] {
  const { meetings, order, verdict, policy, snapshotReads } = explained;
  const writers = meetings.some(({ kind }) => kind === 'write-write');
  const fixes = groups(meetings).flatMap((group) => narrower(group, pair));
  const [a, b] = pair;
  if (verdict === 'ordered' || verdict === 'refused') {
    const first = order?.first ?? (a.index < b.index ? a.id : b.id);
    const second = first === a.id ? b.id : a.id;
    if (verdict === 'refused') fixes.push('`conflicts: serialize`: one after the other, as declared');
    fixes.push(`\`needs: [${first}]\` on ${second}, if that order is meant; the other way round if not`);
    const reader = writers ? undefined : readerOf(meetings.find(isReadBySecond(second))?.sides ?? []);
    if (reader && !snapshotReads.includes(reader.task))
      fixes.push(`\`snapshotReads: true\` on ${reader.task}, if it may as well see the state from before`);
    if (writers)
      fixes.push('`conflicts: allow`, if the two cannot harm each other, as when both append to a log');
  } else if (writers && policy.conflicts === 'allow') {
    fixes.push('`conflicts: serialize`, if the last to write must not be left to chance');
  }
  return fixes;
}

const isReadBySecond =
  (second: string) =>
  ({ sides }: ExplainedMeeting): boolean =>
    readerOf(sides)?.task === second;

/** Overlaps of the same two lists. */
function groups(meetings: readonly ExplainedMeeting[]): ExplainedMeeting[][] {
  const byLists = new Map<string, ExplainedMeeting[]>();
  for (const meeting of meetings) {
    const key = meeting.sides.map(({ access }) => access).join();
    byLists.set(key, [...(byLists.get(key) ?? []), meeting]);
  }
  return [...byLists.values()];
}

/** Excludes of the one's patterns that the other would add, where that ends the meeting and leaves it something. */
function narrower(group: readonly ExplainedMeeting[], pair: Pair): string[] {
  // A file against a folder share no path that an exclude could take out.
  if (group.some(({ clash }) => clash !== undefined)) return [];
  for (const at of [0, 1] as const) {
    const sides = group.map((meeting) => meeting.sides[at]);
    const others = group.map((meeting) => meeting.sides[1 - at] as ExplainedSide);
    const [side, other] = [sides[0] as ExplainedSide, others[0] as ExplainedSide];
    const excludes = [...new Set(others.map(({ pattern }) => `!${pattern}`))];
    if (excludes.length > MAX_EXCLUDES) continue;
    const list = (pair[at] as Task)[side.access];
    const narrowed: PatternList = [...list, ...excludes];
    const theirs = (pair[1 - at] as Task)[other.access];
    if (overlap(narrowed, theirs).overlap || !keeps(list, narrowed)) continue;
    const added = excludes.map((each) => `'${each.replaceAll("'", "''")}'`).join(', ');
    const does = other.access === 'writes' ? 'write' : 'read';
    return [
      `add ${added} to the \`${side.access}\` of ${side.task}, if it leaves to ${other.task} what that ${does}s`,
    ];
  }
  return [];
}

/** Whether each include still matches something. */
const keeps = (list: PatternList, narrowed: PatternList): boolean =>
  list.every((pattern) => {
    const excludes = narrowed.filter((each) => each.startsWith('!'));
    return pattern.startsWith('!') || overlap([pattern, ...excludes], ['**']).overlap;
  });

function apart(
  { name, uses, capacity, clash }: Explained['resources'][number],
  tasks: readonly string[],
): string[] {
  if (!clash) return [];
  if (capacity !== undefined) {
    const wanted = uses.reduce((sum, units) => sum + (Number(units) || 1), 0);
    return [`\`resources: { ${name}: ${wanted} }\`, if there are so many; or let one of the two take less`];
  }
  const writers = tasks.filter((_, at) => uses[at] === 'write');
  return [
    `\`${name}: read\` on ${writers.join(' and ')}, if nothing there changes it for the other`,
    `\`resources: { ${name}: 2 }\` at the top and a number on each task, if two can use it at once`,
  ];
}
