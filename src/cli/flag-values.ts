// What stands behind a flag, to what it means. Each throws what commander tells of a value that is none.

import { InvalidArgumentError } from 'commander';
import { parseAge, parseDuration } from '../base/duration.ts';
import type { Config } from '../config/config.ts';
import type { CacheUse } from '../run/records/options.ts';
import { REPORT_FORMATS, type ReportFile } from './options.ts';

/** One that may be given again. */
export const another = (text: string, before: string[] = []): string[] => [...before, text];

export function reportFile(text: string, before: ReportFile[] = []): ReportFile[] {
  const [, name = '', file = ''] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  const format = REPORT_FORMATS.find((each) => each === name);
  if (format === undefined || file === '')
    throw new InvalidArgumentError(
      `Expected a format and a file, such as junit=report.xml; formats are ${REPORT_FORMATS.join(', ')}.`,
    );
  return [...before, { format, file }];
}

/** Divided by commas, but for those in braces; may be given again. */
export const several = (text: string, before: string[] = []): string[] => [
  ...before,
  ...text.split(/,(?![^{]*\})/).filter(Boolean),
];

export function concurrency(text: string): Config['concurrency'] {
  if (text === 'auto') return { kind: 'auto' };
  if (/^[1-9]\d{0,5}$/.test(text)) return { kind: 'count', count: Number(text) };
  if (/^[1-9]\d{0,3}%$/.test(text)) return { kind: 'share', percent: Number.parseInt(text, 10) };
  throw new InvalidArgumentError('Expected a number, a share such as 50%, or auto.');
}

const LETTERS: Record<string, string> = { parallel: 'A', worktrees: 'B', phased: 'C', sequential: 'D' };

export function letters(text: string): string[] {
  return text.split(',').map((part) => {
    const letter = LETTERS[part.trim().toLowerCase()] ?? part.trim().toUpperCase();
    if (!/^[ABCD]$/.test(letter))
      throw new InvalidArgumentError('Expected letters or names, such as A,B or parallel.');
    return letter;
  });
}

const USES: Record<string, CacheUse> = {
  rw: { reads: true, writes: true },
  r: { reads: true, writes: false },
  w: { reads: false, writes: true },
  off: { reads: false, writes: false },
};

/** Tier by tier: `local:r,remote:rw`. One that is not named is used as it is configured. */
export function cacheUse(text: string): CacheUse {
  const said = new Map<string, CacheUse>();
  for (const part of text.split(',')) {
    const [, tier = '', how = ''] = /^(local|remote):(rw|r|w|off)$/.exec(part.trim()) ?? [];
    const use = USES[how];
    if (use === undefined || said.has(tier))
      throw new InvalidArgumentError(
        'Expected tiers and their uses, such as local:r or local:rw,remote:r; uses are rw, r, w and off.',
      );
    said.set(tier, use);
  }
  const remote = said.get('remote');
  return { ...(said.get('local') ?? (USES.rw as CacheUse)), ...(remote && { remote }) };
}

export function age(text: string): number {
  if (!/^\d+(?:\.\d+)?[mhdw]$/.test(text))
    throw new InvalidArgumentError('Expected an age such as 12h, 7d or 4w.');
  return parseAge(text);
}

/** Milliseconds between two looks at all files. */
export function interval(text: string): number {
  const ms = /^\d+(?:\.\d+)?(?:ms|s|m)$/.test(text) ? parseDuration(text) : 0;
  if (ms < 100) throw new InvalidArgumentError('Expected a duration of at least 100ms, such as 500ms or 2s.');
  return ms;
}
