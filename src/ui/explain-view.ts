// How `ptask explain` reads in a terminal: the answer, why, where the two meet, and what would change it.

import type { ExplainedMeeting, Explanation } from '../model/explanation.ts';
import type { Edge } from '../model/task-pairs.ts';
import { formatCount, list, plural, printable } from '../present/format.ts';
import { oneLine, plain } from '../present/plain.ts';
import { edgeReason } from '../present/plan-sentences.ts';
import { chain } from '../present/text.ts';
import { marksOf } from './marks.ts';
import { hang, type Look, type Row, rowLines } from './plan-view/layout.ts';
import { shortened, withShortWords } from './plan-view/shortened.ts';

export interface ExplainViewOptions extends Look {
  /** Every meeting, however many. */
  all?: boolean;
}

const MAX_MEETINGS = 5;

/** Ends with a newline. */
export function renderExplanation(explanation: Explanation, options: ExplainViewOptions): string {
  const { colors } = options;
  const sections = [
    [...hang('', `${names(explanation, options)} ${answer(explanation)}`, options.columns)],
    section('Why', why(explanation, options)),
    section('Where they overlap', meetings(explanation, options)),
    section('Resources', resources(explanation, options)),
    section('What would change this', bullets(explanation.fixes, options)),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;

  function section(title: string, lines: string[]): string[] {
    return lines.length > 0 ? [colors.bold(title), ...lines] : [];
  }
}

const names = ({ tasks }: Explanation, { colors }: ExplainViewOptions): string =>
  list(tasks.map((id) => colors.bold(printable(id))));

function answer({ verdict, order }: Explanation): string {
  switch (verdict) {
    case 'refused':
      return 'are rejected: both write the same files, and the policy is error';
    case 'ordered':
      return `never run in parallel: ${printable(order?.first ?? '')} runs first`;
    case 'excluded':
      return 'never run in parallel, whichever goes first';
    case 'isolated':
      return 'run in parallel, each in a worktree, and are merged as declared';
    case 'at-once':
      return 'can run in parallel';
  }
}

function why(explanation: Explanation, options: ExplainViewOptions): string[] {
  const { verdict, order, resources, meetings, policy, snapshotReads, undeclared } = explanation;
  const { arrow, ellipsis } = marksOf(options);
  const reasons: string[] = [];
  if (order && order.path.length > 1) {
    reasons.push(plain(chain([order.first, ...order.path.map(({ to }) => to)], 6, arrow, ellipsis)));
  }
  reasons.push(...(order?.path ?? []).map(orderReason));
  const clashes = resources.filter(({ clash }) => clash);
  if (!order && clashes.length > 0) {
    reasons.push(`they exclude each other by ${list(clashes.map(({ name }) => printable(name)))}`);
  }
  const writes = meetings.some(({ kind }) => kind === 'write-write');
  const read = meetings.some(({ kind }) => kind === 'write-read');
  if (writes && order?.by !== 'needs') reasons.push(policyReason(policy));
  if (read && snapshotReads.length > 0)
    reasons.push(`${list(snapshotReads.map(printable))} may see the earlier state: snapshotReads`);
  if (verdict === 'at-once' && meetings.length === 0) {
    reasons.push(
      undeclared.length > 0
        ? `${list(undeclared.map(printable))} ${undeclared.length > 1 ? 'say' : 'says'} neither what is read nor what is written`
        : 'no path that one of them writes is read or written by the other',
    );
  }
  return bullets(reasons, options);
}

function policyReason({ conflicts, of }: Explanation['policy']): string {
  const whose = of.length === 0 ? 'the config' : list(of.map(printable));
  return `the policy for what both write is ${conflicts}, as ${whose} ${of.length > 1 ? 'say' : 'says'}`;
}

/** The order, and why. */
function orderReason({ from, to, because }: Edge): string {
  const reason = plain(edgeReason(from, to, because));
  return because.kind === 'needs' ? reason : `${oneLine(from)} before ${oneLine(to)}: ${reason}`;
}

function meetings({ meetings, unseen }: Explanation, options: ExplainViewOptions): string[] {
  const shown = options.all ? meetings : meetings.slice(0, MAX_MEETINGS);
  const lines = shown.flatMap((meeting, at) => [
    ...(at === 0 ? [] : ['']),
    ...meetingLines(meeting, options),
  ]);
  const { ellipsis } = marksOf(options);
  const rest = meetings.length - shown.length;
  if (rest > 0)
    lines.push('', options.colors.dim(`  ${ellipsis} and ${formatCount(rest)} more (--verbose shows all)`));
  if (unseen > 0)
    lines.push('', ...hang('  ', `${plural(unseen, 'pair')} of patterns not looked at`, options.columns));
  return lines;
}

function meetingLines(meeting: ExplainedMeeting, options: ExplainViewOptions): string[] {
  const { colors, columns } = options;
  const rows: Row[] = meeting.sides.map(({ task, access, pattern, place }) => [
    `${printable(task)} ${access}`,
    colors.cyan(printable(shortened(pattern, options))),
    colors.dim(printable(`${place.file}:${place.line}:${place.column}`)),
  ]);
  rows.push(...witness(meeting, colors));
  return rowLines(rows, '  ', { colors, columns });
}

function witness(meeting: ExplainedMeeting, colors: ExplainViewOptions['colors']): Row[] {
  const { witness, files, basis, exact, reason, clash } = meeting;
  if (clash) {
    const { file, below } = clash;
    return [['cannot be', `${printable(file)} a file and ${printable(below)} below it`]];
  }
  const others = files.sample.filter((path) => path !== witness).map(printable);
  const such = others.length > 0 ? `, e.g. ${others.slice(0, 2).join(', ')}` : '';
  const today =
    basis === 'possible'
      ? 'possible, but no such file exists yet'
      : `${plural(files.count, 'existing file')}${such}`;
  const path = witness === undefined ? '' : `${printable(witness)} `;
  const rows: Row[] = [['both match', `${path}${colors.dim(`(${today})`)}`]];
  if (exact) return rows;
  const because = reason === undefined ? '' : `: ${printable(reason)}`;
  return [...rows, ['not exact', `assumed to overlap, since it could not be decided${because}`]];
}

function resources({ resources, tasks }: Explanation, options: ExplainViewOptions): string[] {
  return resources.flatMap(({ name, uses, capacity, clash }) => {
    const used = tasks.map((id, at) => `${printable(id)} ${uses[at]}`).join(', ');
    const of = capacity === undefined ? '' : ` of ${formatCount(capacity)}`;
    const result = clash
      ? 'never both at the same time'
      : capacity === undefined
        ? 'both at the same time'
        : 'both, if enough are free';
    return hang('  ', `${options.colors.cyan(printable(name))}: ${used}${of}; ${result}`, options.columns);
  });
}

const bullets = (texts: readonly string[], options: ExplainViewOptions): string[] =>
  texts.flatMap((text) =>
    hang(`  ${marksOf(options).bullet} `, printable(withShortWords(text, options)), options.columns),
  );
