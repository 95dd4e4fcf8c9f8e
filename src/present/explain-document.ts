// What `ptask explain` says of two tasks: the answer, why, where they overlap, and what would change it.

import type { ExplainedMeeting, Explanation } from '../model/explanation.ts';
import {
  type Block,
  type Document,
  first,
  given,
  type Item,
  list,
  marked,
  paragraph,
  rows,
  section,
} from './document.ts';
import { plural } from './format.ts';
import { outcomeOf, overlapRows, reasonOf, runsFirst, sideRow, WHICHEVER_FIRST } from './plan-sentences.ts';
import {
  andMore,
  chain,
  code,
  codes,
  join,
  pattern,
  say,
  type Text,
  task,
  tasks,
  withPatterns,
} from './text.ts';

const MOST_MEETINGS = 5;
/** Tasks that a chain names. */
const MOST_IN_CHAIN = 6;

export function explainDocument(explanation: Explanation, most = MOST_MEETINGS): Document {
  return {
    title: say`${tasks(explanation.tasks)} ${answer(explanation)}`,
    facts: [],
    sections: [
      section('why', 'Why', marked('bullet', why(explanation))),
      section('overlaps', 'Where they overlap', meetings(explanation, most)),
      section('resources', 'Resources', list(resources(explanation))),
      section('fixes', 'What would change this', marked('bullet', explanation.fixes.map(withPatterns))),
    ],
  };
}

function answer({ verdict, order }: Explanation): Text {
  switch (verdict) {
    case 'refused':
      return ['are rejected: both write the same files, and the policy is error'];
    case 'ordered':
      return say`never run in parallel: ${runsFirst(order?.first ?? '')}`;
    case 'excluded':
      return [`never run in parallel, ${WHICHEVER_FIRST}`];
    case 'isolated':
      return say`run ${outcomeOf({ kind: 'write-write', resolution: 'isolate' })}`;
    case 'at-once':
      return ['can run in parallel'];
  }
}

function why(explanation: Explanation): Text[] {
  const { verdict, order, resources, meetings, policy, snapshotReads, undeclared, raw } = explanation;
  const path = order?.path ?? [];
  const clashes = resources.filter(({ clash }) => clash).map(({ name }) => name);
  const writes = meetings.some(({ kind }) => kind === 'write-write');
  const reads = meetings.some(({ kind }) => kind === 'write-read');
  return given<Text>(
    order && path.length > 1 && chain([order.first, ...path.map(({ to }) => to)], MOST_IN_CHAIN),
    ...path.map(({ from, to, because }) => {
      const reason = reasonOf(from, to, because);
      return because.kind === 'needs' ? reason : say`${task(from)} before ${task(to)}: ${reason}`;
    }),
    !order && clashes.length > 0 && say`they exclude each other by ${codes(clashes)}`,
    !order && raw.length > 0 && say`nothing runs beside ${tasks(raw)}: ${code('raw')}`,
    writes && order?.by !== 'needs' && policyReason(policy),
    reads &&
      snapshotReads.length > 0 &&
      say`${tasks(snapshotReads)} may see the earlier state: ${code('snapshotReads')}`,
    verdict === 'at-once' && meetings.length === 0 && nothingShared(undeclared),
  );
}

function policyReason({ conflicts, of }: Explanation['policy']): Text {
  const whose = of.length === 0 ? 'the config' : tasks(of);
  return say`the policy for what both write is ${code(conflicts)}, as ${whose} ${of.length > 1 ? 'say' : 'says'}`;
}

const nothingShared = (undeclared: readonly string[]): Text =>
  undeclared.length > 0
    ? say`${tasks(undeclared)} ${undeclared.length > 1 ? 'say' : 'says'} neither what is read nor what is written`
    : ['no path that one of them writes is read or written by the other'];

function meetings({ meetings, unseen }: Explanation, most: number): Block[] {
  return [
    ...first(meetings.map(meeting), most, (count) => paragraph(andMore(count))),
    ...(unseen > 0 ? [paragraph([`${plural(unseen, 'pair')} of patterns not looked at`])] : []),
  ];
}

const meeting = (each: ExplainedMeeting): Block =>
  rows([
    ...each.sides.map(({ task: id, access, pattern: text, place: { file, line, column } }) =>
      sideRow(id, access, pattern(text), `${file}:${line}:${column}`),
    ),
    ...overlapRows(each),
  ]);

function resources({ resources, tasks: ids }: Explanation): Item[] {
  return resources.map(({ name, uses, capacity, clash }): Item => {
    const used = join(
      ids.map((id, at) => say`${task(id)} ${uses[at]}`),
      ', ',
    );
    const of = capacity === undefined ? undefined : say` of ${capacity}`;
    const shared = capacity === undefined ? 'both at the same time' : 'both, if enough are free';
    return { text: say`${code(name)}: ${used}${of}; ${clash ? 'never both at the same time' : shared}` };
  });
}
