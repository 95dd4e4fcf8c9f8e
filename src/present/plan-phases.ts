// What runs when: the phases, in each the tasks that wait for the same things together, and what those are.

import type { Plan, PlannedTask } from '../model/plan.ts';
import { first, type Row } from './document.ts';
import { formatCount, plural } from './format.ts';
import { getOrAdd, indexPlan, Named, type PlanIndex } from './plan-index.ts';
import {
  AT_THE_TERMINAL,
  afterWhat,
  besideWhat,
  EACH_IN_A_WORKTREE,
  IN_A_WORKTREE,
  REMOTELY,
  runsHere,
} from './plan-sentences.ts';
import { plannedService } from './service-sentences.ts';
import { andMore, faint, join, listOf, say, strong, type Text, task as taskSpan } from './text.ts';

/** Plans up to this size are shown whole. */
const SMALL = 40;
const MOST_PHASES = 12;
const MOST_GROUPS = 6;
const MOST_NAMES = 12;
const MOST_REASONS = 4;
/** Tasks that are named in one reason. */
const MOST_OTHERS = 3;

/** @param much how many times as much is named before the rest is counted */
export function phaseRows(plan: Plan, much: number): Row[] {
  const most = (count: number): number => (plan.tasks.length > SMALL * much ? count * much : Infinity);
  const reasonsOf = reasonsIn(plan, much);
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const all = plan.phases.map((phase, at) => ({ label: [strong(`Phase ${at + 1}`)], ids: phase.tasks }));
  const shown = first(all, most(MOST_PHASES), (count, hidden) => {
    const left = hidden.reduce((sum, { ids }) => sum + ids.length, 0);
    return { label: [...andMore(count, 'phase'), ` with ${plural(left, 'task')}`], ids: [] };
  });
  return shown.map(({ label, ids }): Row => {
    const groups = groupsOf(
      ids.flatMap((id) => tasks.get(id) ?? []),
      reasonsOf,
    );
    const rest = (_: number, hidden: Group[]): Group => {
      const count = hidden.reduce((sum, { names }) => sum + names.length, 0);
      return { names: [], reasons: [andMore(count)] };
    };
    const rows = first(groups, most(MOST_GROUPS), rest).map((group): Row => {
      const { names, reasons } = group;
      if (names.length === 0) return { label: reasons.flat(), texts: [] };
      const texts = reasons.map((reason) => [
        faint(reason === IN_A_WORKTREE && names.length > 1 ? EACH_IN_A_WORKTREE : reason),
      ]);
      const isLong = names.length > most(MOST_NAMES) + 1;
      const spans = names.map(taskSpan);
      return { label: isLong ? listOf(spans, most(MOST_NAMES)) : join(spans, ', '), texts };
    });
    return { label, texts: [], rows };
  });
}

/** Tasks that wait for the same things, for a person one thing to read. */
interface Group {
  names: string[];
  reasons: Text[];
}

function groupsOf(tasks: readonly PlannedTask[], reasonsOf: (task: PlannedTask) => Text[]): Group[] {
  const groups = new Map<string, Group>();
  for (const task of tasks) {
    const reasons = reasonsOf(task);
    const { names } = getOrAdd(groups, JSON.stringify(reasons), () => ({ names: [], reasons }));
    names.push(task.id);
  }
  return [...groups.values()];
}

/** Why a task stands where it stands, each a phrase that continues its name. */
export function reasonsIn(plan: Plan, much: number): (task: PlannedTask) => Text[] {
  const names = MOST_OTHERS * much;
  const index = indexPlan(plan);
  return ({ id, workspace, raw, remote, here, description, service }) => {
    const [needs, after] = beforeOf(id, index, names);
    const reasons = [
      ...(service ? [plannedService(service)] : []),
      ...(needs.count > 0 ? [say`needs ${listOf(needs, names)}`] : []),
      ...after.map((each) => say`after ${listOf(each, names)}${each.what}`),
      ...index.exclusions(id).map((exclusion) => {
        const others = new Named();
        const ids = exclusion.tasks.slice(0, names + 2).filter((other) => other !== id);
        others.add({ count: exclusion.tasks.length - 1, ids }, names);
        const clashes = index.clashes(id, exclusion.because.resource, names);
        return besideWhat(exclusion, others, clashes, names);
      }),
    ];
    return [
      ...first(reasons, MOST_REASONS * much, (count) => [`and for ${formatCount(count)} more reasons`]),
      ...(workspace === 'worktree' && !remote ? [IN_A_WORKTREE] : []),
      ...(remote ? [REMOTELY] : []),
      ...(here === undefined ? [] : [runsHere(here)]),
      ...(raw ? [AT_THE_TERMINAL] : []),
      ...(much === Infinity && description ? [[description]] : []),
    ];
  };
}

/** What a task needs, and those that it comes after by what they have in common with it. */
function beforeOf(id: string, index: PlanIndex, names: number): [Named, (Named & { what: Text })[]] {
  const needs = new Named();
  const after = new Map<string, Named & { what: Text }>();
  for (const { because, tasks } of index.before(id)) {
    const what = afterWhat(because, index.conflict(id, because));
    const own = because.kind === 'needs' ? needs : undefined;
    const named = own ?? getOrAdd(after, JSON.stringify(what), () => Object.assign(new Named(), { what }));
    named.add(tasks, names);
  }
  return [needs, [...after.values()]];
}
