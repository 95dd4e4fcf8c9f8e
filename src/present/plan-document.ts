// A plan as a document: made once from the plan, rendered as `ptask plan` shows it, and in parts in the log of a run and on
// its page. In five seconds what runs when, what conflicts, and why it is not strategy A.

import type { Chosen, Note, Plan } from '../model/plan.ts';
import { conflictCount } from '../model/task-pairs.ts';
import { chosenBy, reasonsOf } from './chosen.ts';
import { type Document, first, type Item, list, rows, type Section, section } from './document.ts';
import { formatCount, plural } from './format.ts';
import { plain } from './plain.ts';
import { conflictBlocks, type Locate } from './plan-conflicts.ts';
import { phaseRows } from './plan-phases.ts';
import { andMore, code, faint, say, strong, type Text, tasks, withPatterns } from './text.ts';

export interface PlanOptions {
  /** How many times as much is named before the rest is counted; of all of it also the descriptions. */
  much?: number;
  locate?: Locate | undefined;
}

const MOST_REASONS = 4;
const MOST_NOTES = 5;
const MOST_NAMES = 8;

/** Nothing but the plan and the options decides what it says. */
export function planDocument(plan: Plan, { much = 1, locate }: PlanOptions = {}): Document {
  const { letter, name } = plan.strategy;
  const conflicts = conflictCount(plan);
  const worktrees = plan.tasks.filter(({ workspace }) => workspace === 'worktree').length;
  return {
    title: say`Strategy ${strong(code(letter))}, ${name}`,
    facts: [
      [`${plural(plan.tasks.length, 'task')} in ${plural(plan.phases.length, 'phase')}`],
      conflicts > 0 ? [strong(plural(conflicts, 'conflict'))] : ['no conflicts'],
      ...(worktrees > 0 ? [[`${formatCount(worktrees)} in worktrees`]] : []),
    ],
    sections: [
      chosen(plan.chosen, much),
      reasons(plan, much),
      section('phases', '', rows(phaseRows(plan, much))),
      section('conflicts', 'Conflicts', conflictBlocks(plan, much, locate)),
      notes(plan.notes, much),
    ],
  };
}

/** The first of many, each with a bullet before it. Of what is left out nothing is made: there may be ten thousand notes. */
const bulleted = <T>(all: readonly T[], textOf: (one: T) => Text, most: number): Item[] =>
  first<() => Item>(
    all.map((one) => () => ({ mark: 'bullet', text: textOf(one) })),
    most,
    (count) => () => ({ text: andMore(count) }),
  ).map((make) => make());

/** What was chosen, where it is not what was named. */
function chosen(all: Chosen | undefined, much: number): Section {
  if (all === undefined) return section('chosen', '');
  const by = plain(chosenBy(all));
  const items = bulleted(reasonsOf(all), (text) => text, MOST_REASONS * much);
  return section('chosen', by.charAt(0).toUpperCase() + by.slice(1), list(items));
}

function reasons({ strategy: { letter, reasons } }: Plan, much: number): Section {
  const title = letter === 'A' ? 'Why fully parallel' : 'Why not fully parallel';
  return section('reasons', title, list(bulleted(reasons, withPatterns, MOST_REASONS * much)));
}

/** Undeclared tasks in one note, whoever they are; the others a few of each kind. */
const ONE_BY_ONE = [
  ...(['not-isolated', 'reads-before-write', 'writer-left-out', 'matches-nothing', 'not-cached'] as const),
];

function notes(all: readonly Note[], much: number): Section {
  const of = (kind: Note['kind']) => all.filter((note) => note.kind === kind);
  const items = [
    ...bulleted(undeclared(of('undeclared'), MOST_NAMES * much), (text) => text, 1),
    ...ONE_BY_ONE.flatMap((kind) =>
      bulleted(of(kind), (note) => noteText(note, MOST_NAMES * much), MOST_NOTES * much),
    ),
    ...(of('writer-left-out').length > 0 ? [BRING_WRITERS] : []),
  ];
  return section('notes', 'Notes', list(items));
}

const BRING_WRITERS: Item = {
  text: [faint(say`${code('--with-writers')} brings along who writes what is read`)],
};

/** What is said of one task, said of several. */
const ofMany = (text: string): string =>
  text.replace(/^it declares /, 'they declare ').replace(/ it writes nothing$/, ' they write nothing');

/** With the names, where the text does not say them. */
function noteText({ kind, tasks: ids, text }: Note, most: number): Text {
  if (kind === 'not-cached')
    return ids.length === 1
      ? say`${tasks(ids, most)} is not cached: ${withPatterns(text)}`
      : say`${tasks(ids, most)} are not cached: ${withPatterns(ofMany(text))}`;
  if (kind !== 'not-isolated') return withPatterns(text);
  return say`${tasks(ids, most)} ${ids.length === 1 ? 'works' : 'work'} ${text}`;
}

function undeclared(notes: readonly Note[], most: number): Text[] {
  const ids = [...new Set(notes.flatMap((note) => note.tasks))];
  if (ids.length === 0) return [];
  const [what, them] = ids.length === 1 ? ['task declares', 'it touches'] : ['tasks declare', 'they touch'];
  return [say`${ids.length} ${what} no reads or writes; ptask assumes ${them} no files: ${tasks(ids, most)}`];
}
