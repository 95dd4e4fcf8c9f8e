// Where what two tasks declare meets, pattern by pattern.

import type { Config, Locate, Task } from '../config/config.ts';
import type { ExplainedMeeting, ExplainedSide, Explanation } from '../model/explanation.ts';
import type { Plan } from '../model/plan.ts';
import type { Conflict } from '../model/task-pairs.ts';
import type { Links } from './file-system.ts';
import type { Listing } from './listing-tree.ts';
import { NamedFolders } from './named-folders.ts';
import { isExclude, matcher, overlap, type PatternList } from './patterns/index.ts';

export interface ExplainInput {
  config: Config;
  /** Of all tasks; made with `toExplain(config)`, so that there is one even where a policy refuses it. */
  plan: Plan;
  /** The files that exist, as far as the two can touch them, and where the links among them lead. */
  listing: Listing;
  links: Links;
  locate: Locate;
}

type Access = 'reads' | 'writes';

/** Pairs of patterns that are looked at; a list this long was not written by hand. */
const MAX_PAIRS = 2_000;
const SAMPLE = 5;

const KINDS: [Access, Access, ExplainedMeeting['kind']][] = [
  ['writes', 'writes', 'write-write'],
  ['writes', 'reads', 'write-read'],
  ['reads', 'writes', 'write-read'],
];

/**
 * All includes that meet. A conflict of the plan that no two patterns account for, such as a file against a folder, is
 * told as the plan tells it.
 */
export function meetingsOf(
  { listing, links, locate }: Pick<ExplainInput, 'listing' | 'links' | 'locate'>,
  [a, b]: readonly [Task, Task],
  conflicts: readonly Conflict[],
): Pick<Explanation, 'meetings' | 'unseen'> {
  const meetings: ExplainedMeeting[] = [];
  const files = listing.paths();
  const folders = new NamedFolders(listing, links);
  let unseen = 0;
  let left = MAX_PAIRS;
  for (const [mine, theirs, kind] of KINDS) {
    const [one, two] = [folders.in(a[mine]), folders.in(b[theirs])];
    if (!overlap(one, two).overlap) continue;
    const [inOne, inTwo] = [matcher(one), matcher(two)];
    const common = files.filter((file) => inOne(file) && inTwo(file));
    const pairs = includesOf(one).flatMap((first) =>
      includesOf(two).map((second) => [first, second] as const),
    );
    unseen += Math.max(0, pairs.length - left);
    for (const [first, second] of pairs.slice(0, left)) {
      const sides = [
        sideOf(locate, a, mine, a[mine][one.indexOf(first)] as string),
        sideOf(locate, b, theirs, b[theirs][two.indexOf(second)] as string),
      ] as const;
      const meeting = meet(kind, [...sides], [only(one, first), only(two, second)], common);
      if (meeting) meetings.push(meeting);
    }
    left = Math.max(0, left - pairs.length);
  }
  for (const conflict of conflicts) {
    if (conflict.kind === 'resource' || meetings.some(({ kind }) => kind === conflict.kind)) continue;
    meetings.push(asPlanned(locate, conflict, a, b));
  }
  return { meetings, unseen };
}

const includesOf = (list: PatternList): string[] => [...new Set(list.filter((each) => !isExclude(each)))];

/** One include and all excludes. */
const only = (list: PatternList, include: string): PatternList => [include, ...list.filter(isExclude)];

function sideOf(locate: Locate, { id }: Task, access: Access, pattern: string): ExplainedSide {
  const { file, line, column } = locate(id, access, pattern);
  return { task: id, access, pattern, place: { file, line, column } };
}

function meet(
  kind: ExplainedMeeting['kind'],
  sides: [ExplainedSide, ExplainedSide],
  [one, two]: [PatternList, PatternList],
  common: readonly string[],
): ExplainedMeeting | undefined {
  const answer = overlap(one, two);
  if (!answer.overlap) return undefined;
  const [inOne, inTwo] = [matcher(one), matcher(two)];
  const files = common.filter((file) => inOne(file) && inTwo(file));
  const witness = files[0] ?? answer.witness;
  return {
    kind,
    sides,
    ...(witness === undefined ? {} : { witness }),
    files: { count: files.length, sample: files.slice(0, SAMPLE) },
    basis: files.length > 0 ? 'existing' : 'possible',
    exact: answer.exact,
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
  };
}

function asPlanned(locate: Locate, conflict: Conflict, a: Task, b: Task): ExplainedMeeting {
  const { tasks, patterns, witness, files, exact, reason, clash } = conflict;
  const kind = conflict.kind === 'write-read' ? 'write-read' : 'write-write';
  const accesses: Access[] = ['writes', kind === 'write-read' ? 'reads' : 'writes'];
  const side = (task: Task): ExplainedSide => {
    const at = tasks[0] === task.id ? 0 : 1;
    return sideOf(locate, task, accesses[at] as Access, patterns[at]);
  };
  return {
    kind,
    sides: [side(a), side(b)],
    ...(witness === undefined ? {} : { witness }),
    files,
    basis: files.count > 0 ? 'existing' : 'possible',
    exact,
    ...(reason === undefined ? {} : { reason }),
    ...(clash === undefined ? {} : { clash }),
  };
}
