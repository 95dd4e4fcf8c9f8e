// The part of report.md on what came of the tasks' results: integration, collisions, strays, what was put back and kept.

import type { IntegrationConflict, Report } from '../model/report.ts';
import { type Collision, collisionsOf } from '../state/collisions.ts';
import {
  byHand,
  leftAlone,
  notCommitted,
  perhapsOf,
  putBack,
  reachedOutside,
  removed,
  writesLines,
} from './aftermath.ts';
import { deed, encounter, resolution, type Spelling } from './collisions.ts';
import { heldBack } from './failures.ts';
import { codeSpan, escapeMarkdown, fencedBlock, table } from './markdown-text.ts';
import { formatCount, list, plural } from './words.ts';

/** Paths that did not fit are described up to here; the rest are named. */
const MAX_CONFLICTS = 50;
const MAX_STRAYS = 200;
const MAX_NAMES = 20;

/** Names and paths as code. */
export const SPELLING: Spelling = { task: codeSpan, path: codeSpan, text: escapeMarkdown, paths: MAX_NAMES };

const names = (all: readonly string[]): string => list(all.map(codeSpan), MAX_NAMES);

const MODES = {
  apply: 'results come into the shared tree as uncommitted changes',
  merge: 'each task is a commit, merged into the current branch',
  branches: 'each task is left on a branch of its own',
} as const;

/** Sections, each with its heading; those of which there is nothing to say are empty. */
export function integrationSections(report: Report): string[] {
  return [
    integration(report),
    strays(report),
    outside(report),
    restored(report),
    kept(report),
    keptWorktrees(report),
    cleanup(report),
  ];
}

function integration({ integration }: Report): string {
  const { mode, merged, conflicts, notIsolated, uncommitted } = integration;
  if (mode === 'apply' && merged.length === 0 && conflicts.length === 0 && !notIsolated) return '';
  const facts = [
    `- Mode: **${mode}**, ${MODES[mode]}`,
    ...(merged.length > 0
      ? [`- Integrated${merged.length > 1 ? ', in this order' : ''}: ${names(merged)}`]
      : []),
    ...(notIsolated
      ? [
          `- Took turns in the shared tree, since no worktree could be made: ${names(notIsolated.tasks)} (${escapeMarkdown(notIsolated.reason)})`,
        ]
      : []),
    ...(uncommitted === undefined ? [] : [`- Integrated, and ${notCommitted(escapeMarkdown(uncommitted))}`]),
    ...(conflicts.length > 0 ? [`- Did not fit together: ${plural(conflicts.length, 'path')}`] : []),
  ];
  return [`## Integration\n\n${facts.join('\n')}`, ...collisions(conflicts)].join('\n\n');
}

/**
 * What did not fit together, what each task had changed there, and how it was resolved; a section each.
 * @param waiting tasks that have not run again yet
 */
export function collisions(
  conflicts: readonly IntegrationConflict[],
  waiting: ReadonlySet<string> = new Set(),
): string[] {
  const sentence = (each: Collision): string =>
    `${encounter(each, SPELLING)}: ${resolution(each, SPELLING, waiting.has(each.task))}`;
  const rest = conflicts.slice(MAX_CONFLICTS);
  return [
    ...collisionsOf(conflicts.slice(0, MAX_CONFLICTS)).map((each) => collision(sentence(each), each)),
    ...collisionsOf(rest).map((each) => `${sentence(each)}.`),
  ];
}

function collision(sentence: string, { conflicts }: Collision): string {
  const paths = conflicts.flatMap((conflict) => [
    ...(conflicts.length > 1 ? [`${codeSpan(conflict.path)}:`] : []),
    ...details(conflict),
  ]);
  return [`### ${sentence}`, ...paths].join('\n\n');
}

/** What each task did to the path, and what is lost of it. */
function details({ changes, discarded }: IntegrationConflict): string[] {
  const deeds = changes.map((change) => `- ${codeSpan(change.task)} ${deed(change)}`);
  const added = changes.flatMap(({ task, lines = [] }) => block(`${codeSpan(task)} added`, lines));
  const lost = discarded.flatMap(({ task, lines }) => block(`Dropped of ${codeSpan(task)}`, lines));
  return [...(deeds.length > 0 ? [deeds.join('\n')] : []), ...added, ...lost];
}

const block = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [`${title}:`, fencedBlock(lines)] : [];

function strays({ tasks }: Report): string {
  const all = tasks.flatMap(({ id, strays }) => strays.map((stray) => ({ id, stray })));
  if (all.length === 0) return '';
  const unsure = all.some(({ stray }) => perhapsOf([stray]).length > 0);
  const rows = all
    .slice(0, MAX_STRAYS)
    .map(({ id, stray }) => [
      codeSpan(id),
      `${stray.change} ${codeSpan(stray.path)}`,
      writesLines([stray]).map(codeSpan).join(''),
      ...(unsure ? [names(perhapsOf([stray]))] : []),
    ]);
  const header = ['Task', 'Change', 'To add under `writes`', ...(unsure ? ['Perhaps of'] : [])];
  const rest = all.length - rows.length;
  return [
    '## Strays',
    'Files that a task changed outside its declared `writes`, so that nobody could know of a conflict over them.',
    table(header, rows, []),
    ...(rest > 0 ? [`And ${formatCount(rest)} more.`] : []),
  ].join('\n\n');
}

function outside({ tasks }: Report): string {
  const all = tasks.flatMap(({ id, outside = [] }) =>
    outside.map((change) => reachedOutside(id, change, codeSpan)),
  );
  if (all.length === 0) return '';
  const rest = all.length - MAX_STRAYS;
  return [
    '## Beyond their own trees',
    'What tasks changed, or may have, in files past their worktrees or in what all worktrees share.',
    all
      .slice(0, MAX_STRAYS)
      .map((text) => `- ${text}`)
      .join('\n'),
    ...(rest > 0 ? [`And ${formatCount(rest)} more.`] : []),
  ].join('\n\n');
}

function restored(report: Report): string {
  const { restored } = report;
  if (!restored) return '';
  const undone = heldBack(report)
    .filter(({ status }) => status === 'rolled-back')
    .map(({ because, tasks }) => `rolled back ${escapeMarkdown(because)}: ${names(tasks)}`);
  const left = restored.left.length > 0 ? [leftAlone(names(restored.left))] : [];
  const lines = [putBack(restored), ...undone, ...left].map((line) => `- ${line}`);
  return `## Put back\n\n${lines.join('\n')}`;
}

function kept({ cleanup }: Report): string {
  const { kept } = cleanup;
  if (kept.length === 0) return '';
  const shown = kept.slice(0, MAX_NAMES);
  const rest = kept.slice(shown.length).map(({ branch }) => codeSpan(branch));
  return [
    '## Branches kept',
    shown
      .map(
        ({ task, branch, reason }) => `- ${codeSpan(branch)} of ${codeSpan(task)}: ${escapeMarkdown(reason)}`,
      )
      .join('\n'),
    ...(rest.length > 0 ? [`And ${list(rest)}.`] : []),
    'To look at what one holds, and to take it:',
    fencedBlock(
      shown.flatMap(({ branch }) => byHand(branch)),
      'sh',
    ),
  ].join('\n\n');
}

function keptWorktrees({ cleanup }: Report): string {
  const { keptWorktrees: kept = [] } = cleanup;
  if (kept.length === 0) return '';
  return [
    '## Worktrees kept',
    kept
      .map(
        ({ path, task, branch, reason }) =>
          `- ${codeSpan(path)} of ${codeSpan(task)}, on branch ${codeSpan(branch)}: ${escapeMarkdown(reason)}`,
      )
      .join('\n'),
    '`ptask clean` lists what is kept, `ptask clean --force` removes it.',
  ].join('\n\n');
}

function cleanup({ cleanup }: Report): string {
  const gone = removed(cleanup);
  const lines = [
    ...(gone === undefined ? [] : [`- ${gone}`]),
    ...cleanup.problems.map((problem) => `- ${escapeMarkdown(problem)}`),
  ];
  return lines.length > 0 ? `## Cleanup\n\n${lines.join('\n')}` : '';
}
