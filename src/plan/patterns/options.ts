import type { Options } from 'micromatch';

/**
 * How every pattern in ptask is read. Matching files and intersecting patterns both go through this one object,
 * so the two can never disagree about what a pattern means.
 */
export const GLOB_OPTIONS: Options = Object.freeze({
  /** A task that writes `src/**` writes dotfiles too; missing them would be a missed conflict. */
  dot: true,
  /** Reads `[!a]` and `[[:alpha:]]` as every shell does. */
  posix: true,
  /** A leading `!` is an exclude of the list and is taken off before micromatch sees the pattern. */
  nonegate: true,
  /** Paths have `/` on every platform, so a config means the same on every platform. */
  windows: false,
  /** Lets `.` match a newline: without it `src/**` misses a file named "src/a\nb". */
  flags: 's',
}) as unknown as Options;

/**
 * The same, but `src/**` no longer matches the bare folder `src`. Its language is a part of the one above; it is used
 * only to look for a witness a person would expect ("src/a" before "src").
 */
export const STRICT_GLOB_OPTIONS: Options = Object.freeze({
  ...GLOB_OPTIONS,
  strictSlashes: true,
}) as Options;
