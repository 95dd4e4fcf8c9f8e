/**
 * Patterns: the truth about whether two lists of globs can match the same path, decided on the patterns themselves.
 * Pure: unaware of the disk, of tasks and of what an overlap means for them.
 *
 *     text ─▶ micromatch's RegExp ─▶ alternating automaton ─▶ lazily built DFA ─▶ matching, and a search for a witness
 */
export { checkList, checkPattern, type PatternProblem } from './check.ts';
export { Effort, spend } from './effort.ts';
export { asFolder, mayBeFolder } from './folder-name.ts';
export { anyMatcher, asFolders, isExclude, matcher, type PatternList } from './list.ts';
export { literalPattern } from './literal.ts';
export { GLOB_OPTIONS, STRICT_GLOB_OPTIONS } from './options.ts';
export { type Overlap, overlap, type Recall } from './overlap.ts';
export { ownName } from './own-names.ts';
export { staticPrefix } from './prefix.ts';
export { type Plain, plainOf } from './simple-glob.ts';
