/**
 * The budgets. Each bounds work that a pattern can make grow without end, by counting and not by the clock, so that
 * equal inputs give equal answers on every machine. Real configs stay orders of magnitude below all of them.
 */

/** Characters of one pattern. Path names end at 4096 bytes on Linux; a longer pattern is a generated one. */
export const MAX_PATTERN_LENGTH = 10_000;
/** Open `(`, `{` at once. picomatch's parser is cubic in this depth and the regex parser recurses on it. */
export const MAX_NESTING = 64;
/** Elements of one `{1..n}`; the limit `braces` has as well. */
export const MAX_RANGE = 1_000;
/** Regex text that picomatch may make of one pattern. */
export const MAX_REGEX_LENGTH = 200_000;
/** Nodes in the formulas of one automaton as compiled, and again as many while it is explored. Below 2^17 in all. */
export const MAX_FORMULAS = 60_000;
/** Nodes that an automaton may keep from one search to the next. */
export const MAX_KEPT_FORMULAS = 4_000;
/** Formula operations, for compiling one pattern and again for each exploration of it. */
export const MAX_OPERATIONS = 100_000;
/** Levels of recursion on a formula, well below what Node's stack holds. */
export const MAX_DEPTH = 1_500;
/** Cells (states x character classes) of one lazily built DFA: 4 bytes each. */
export const MAX_TRANSITIONS = 500_000;
/** States of one lazily built DFA; the search packs a state into one UTF-16 unit. */
export const MAX_STATES = 20_000;
/** States of product automata visited for one question about two lists. */
export const MAX_SEARCH = 40_000;
/** Patterns, and answers about pairs of lists, kept in memory. */
export const MAX_REMEMBERED = 4_096;

/** Thrown inside this room when a budget is spent and caught inside it: the answer becomes "not decided exactly". */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
}
