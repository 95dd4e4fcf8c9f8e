// What `ptask check --strict` says to people: of each task as it is done with, and in the end of all.

import { inYaml } from '../config/yaml-format.ts';
import type { StrictCheck } from '../model/strict-check.ts';
import { type Block, code as codeBlock, type Mark, paragraph, part } from './document.ts';
import { plural } from './format.ts';
import { code, codes, listOf, say, type Text, task } from './text.ts';

/** Names in a sentence before the rest is counted. */
const NAMED = 3;

const MARKS: Record<StrictCheck['verdict'], Mark> = {
  agrees: 'passed',
  missing: 'failed',
  fails: 'failed',
  'not-ready': 'skipped',
  unclear: 'warning',
};

export function strictCheck(check: StrictCheck): Block {
  const { verdict, unstable, reads, because } = check;
  const lines = reads.map((pattern) => `- ${inYaml(pattern)}`);
  const blocks: Block[] = [
    ...(verdict === 'missing' && because !== undefined ? [paragraph([because])] : []),
    ...(unstable.length > 0
      ? [paragraph(say`not compared, since they differ from run to run: ${codes(unstable, NAMED)}`)]
      : []),
    ...(lines.length > 0
      ? [
          paragraph([`to declare ${lines.length > 1 ? 'them' : 'it'}, add under its reads:`]),
          codeBlock(lines, 'yaml'),
        ]
      : []),
  ];
  return part(say`${sentence(check)}${runsOf(check)}`, blocks, MARKS[verdict]);
}

function sentence({ task: id, verdict, reads, because = '' }: StrictCheck): Text {
  switch (verdict) {
    case 'agrees':
      return say`${task(id)} needs no more than it declares`;
    case 'missing': {
      const them = reads.length > 1 ? 'them' : 'it';
      return say`${task(id)} needs ${codes(reads, NAMED)}: add ${them} to its ${code('reads')}`;
    }
    case 'fails':
      return say`${task(id)} fails with all files as well: ${because}`;
    case 'not-ready':
      return say`${task(id)} was not run: ${because}`;
    case 'unclear':
      return say`${task(id)} needs something that is none of the files: ${because}`;
  }
}

function runsOf({ runs, isSmallest }: StrictCheck): string {
  if (runs === 0) return '';
  return isSmallest ? ` (${plural(runs, 'run')})` : ` (the smallest set found in ${plural(runs, 'run')})`;
}

/** `3 tasks checked: 2 need no more than they declare, 1 needs more`. */
export function strictChecks(checks: readonly StrictCheck[]): Text {
  const count = (...verdicts: StrictCheck['verdict'][]): number =>
    checks.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const [agree, miss] = [count('agrees'), count('missing')];
  const open = checks.length - agree - miss;
  const parts = [
    ...(agree > 0 ? [`${agree} ${agree > 1 ? 'need' : 'needs'} no more than declared`] : []),
    ...(miss > 0 ? [`${miss} ${miss > 1 ? 'need' : 'needs'} more`] : []),
    ...(open > 0 ? [`${open} could not be told`] : []),
  ];
  return say`${plural(checks.length, 'task')} checked: ${listOf(parts, parts.length, 'and')}`;
}

/** Whether nothing is missing, and nothing was left open. */
export const allAgree = (checks: readonly StrictCheck[]): boolean =>
  checks.every(({ verdict }) => verdict === 'agrees');
