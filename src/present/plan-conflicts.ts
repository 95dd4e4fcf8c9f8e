// What conflicts in a plan: who, where in the config, the path that shows it, and what the plan does about it.

import type { ConflictGroup, Plan } from '../model/plan.ts';
import { pairCount, pairsIn } from '../model/task-pairs.ts';
import { type Block, first, paragraph, part, type Row, rows } from './document.ts';
import { plural } from './format.ts';
import { outcomeOf, overlapRows, sideRow } from './plan-sentences.ts';
import { andMore, code, pattern, say, type Text, tasks } from './text.ts';

const MOST_GROUPS = 10;
const MOST_NAMES = 4;

/** Where a pattern stands in the config, as `parallel.config.yaml:12:15`. */
export type Locate = (task: string, side: 'reads' | 'writes', pattern: string) => string | undefined;

/** @param much how many times as much is named before the rest is counted */
export function conflictBlocks(plan: Plan, much: number, locate?: Locate): Block[] {
  const most = MOST_GROUPS * much;
  const exact = groupsOf(plan, true);
  // Too many to read: what one pattern does to many others is one thing to know.
  const groups = exact.length <= most + 1 ? exact : groupsOf(plan, false);
  const capacities = new Map(
    plan.exclusions.map(({ because, capacity }) => [because.resource, capacity ?? 1]),
  );
  const shown = first<Group | Block>(groups, most, (_, hidden) =>
    paragraph(
      andMore(
        (hidden as Group[]).reduce((sum, { count }) => sum + count, 0),
        'conflict',
      ),
    ),
  );
  return shown.map((each) => {
    if ('kind' in each) return each;
    const { terms, pair, count } = each;
    const members = membersOf(each);
    const outcome = outcomeOf(terms, count === 1 ? pair : undefined, capacities.get(terms.resource));
    const title = say`${who(each, members, MOST_NAMES * much)}: ${outcome}`;
    return part(title, [rows([...sides(each, members, locate), ...witness(each)])]);
  });
}

/** Conflicts with the same outcome over the same two patterns, or of the same tasks' pattern with those of others. */
interface Group {
  /** Of the first conflict. */
  terms: ConflictGroup;
  pair: [string, string];
  count: number;
  parts: ConflictGroup[];
}

function groupsOf(plan: Plan, isExact: boolean): Group[] {
  const groups = new Map<string, Group>();
  for (const each of plan.conflicts) {
    const { kind, patterns, resolution, resource, exact, tasks } = each;
    const [pair = ['', '']] = pairsIn(tasks).pairs();
    const over = isExact || tasks.length === 1 ? patterns : [patterns[0], ...pairsIn(tasks).firsts];
    const key = JSON.stringify([kind, over, resolution, resource, exact]);
    const known = groups.get(key);
    known?.parts.push(each);
    if (known) known.count += pairCount(tasks);
    else groups.set(key, { terms: each, pair, count: pairCount(tasks), parts: [each] });
  }
  return [...groups.values()];
}

interface Members {
  writers: string[];
  others: string[];
  all: string[];
}

/** The tasks of the groups' pairs, each once, in the order in which they come by. */
function membersOf({ parts }: Group): Members {
  const [writers, others, all] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { tasks } of parts) {
    const { firsts, seconds } = pairsIn(tasks);
    for (const task of firsts) writers.add(task);
    for (const task of seconds) others.add(task);
    // Of each pair both.
    for (const task of [...firsts.slice(0, 1), ...seconds, ...firsts]) all.add(task);
  }
  return { writers: [...writers], others: [...others], all: [...all] };
}

/** Both names of a pair; of many pairs the one task that all share, or all tasks that take part. */
function who({ count }: Group, { writers, others, all }: Members, most: number): Text {
  if (writers.length === 1 || others.length === 1)
    return say`${tasks(writers, most)} ${count > 1 ? 'with' : 'and'} ${tasks(others, most)}`;
  return say`${plural(count, 'pair')} of ${tasks(all, most)}`;
}

function sides({ terms, pair, parts }: Group, { writers, others }: Members, locate?: Locate): Row[] {
  const { kind, patterns, resource } = terms;
  return ([0, 1] as const).map((side): Row => {
    const isOne = [writers, others][side]?.length === 1;
    const isSame = parts.every((each) => each.patterns[side] === patterns[side]);
    const name = isOne ? pair[side] : side === 0 ? 'one' : 'the other';
    const example = isSame ? '' : 'e.g. ';
    if (kind === 'resource')
      return sideRow(name, 'uses', say`${example}${code(`${resource}: ${patterns[side]}`)}`);
    const what = say`${example}${pattern(patterns[side])}`;
    const uses = kind === 'write-read' && side === 1 ? 'reads' : 'writes';
    const place = locate?.(pair[side], uses, patterns[side]);
    return sideRow(name, uses, what, place && `${isOne || !isSame ? '' : 'e.g. '}${place}`);
  });
}

const witness = ({ terms, parts }: Group): Row[] =>
  terms.kind === 'resource'
    ? []
    : overlapRows(
        terms,
        parts.some((each) => each.witness !== terms.witness),
      );
