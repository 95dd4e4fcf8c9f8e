import { Dfa } from './dfa.ts';
import { isFolder, withoutSlash } from './folder-name.ts';
import { compile, isInvalid, readGlob } from './glob.ts';
import { MAX_PATTERN_LENGTH } from './limits.ts';
import { isExclude, type PatternList } from './list.ts';
import { build } from './machine.ts';
import { memoise } from './memo.ts';
import { isNormalised } from './normalised.ts';
import { GLOB_OPTIONS } from './options.ts';
import { patternOf } from './pattern.ts';
import { staticPrefix } from './prefix.ts';
import { STAND_IN } from './prefix-normalise.ts';
import { expandRanges } from './ranges.ts';
import { findPath } from './search.ts';

/** What is wrong with a pattern, as one sentence, and what to write instead, where that is clear. */
export interface PatternProblem {
  message: string;
  hint?: string;
}

/** A rule sees the pattern without the `!` of an exclude; so does its hint, which starts with the pattern to write. */
type Rule = (pattern: string) => PatternProblem | undefined;

/**
 * A problem of one pattern that deserves a config error: it leaves the root, is no valid glob, can match no normalised
 * path, or is of a kind that cannot be compared with others. The first rule that objects answers.
 */
export function checkPattern(pattern: string): PatternProblem | undefined {
  const excluding = isExclude(pattern);
  const text = excluding ? pattern.slice(1) : pattern;
  if (excluding && text === '') return { message: 'a lone `!` excludes nothing', hint: 'write `!dist/**`' };
  if (excluding && isExclude(text))
    return { message: 'an exclude starts with one `!`', hint: `write \`${pattern.slice(1)}\`` };
  const found = isSoundInStandIn(text) ? undefined : firstProblem(text);
  if (found?.hint === undefined) return found;
  return { message: found.message, hint: `write ${excluding ? found.hint.replace(/^`/, '`!') : found.hint}` };
}

function firstProblem(text: string): PatternProblem | undefined {
  for (const rule of RULES) {
    const problem = rule(text);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Folders in which no rule can find a thing, nor in what they make of the rest of a pattern. */
const HARMLESS = /^\w[\w-]*(?:\/\w[\w-]*)*$/;

const isSound = memoise((text) => firstProblem(text) === undefined);

/** Many patterns differ in their folder only, and what follows it is looked at once. */
function isSoundInStandIn(text: string): boolean {
  if (text.length > MAX_PATTERN_LENGTH) return false;
  const folder = staticPrefix(text);
  return text.startsWith(folder) && HARMLESS.test(folder) && isSound(STAND_IN + text.slice(folder.length));
}

/** A problem of a list as a whole. */
export function checkList(list: PatternList): PatternProblem | undefined {
  if (list.length === 0 || !list.every(isExclude)) return undefined;
  return {
    message: 'a list of excludes alone matches nothing',
    hint: 'add something to exclude from, such as `**`',
  };
}

const problem = (message: string, hint?: string): PatternProblem =>
  hint === undefined ? { message } : { message, hint };

/** Names `..` as a whole segment, or as an alternative of a group, but not the `..` of a range. */
const PARENT_SEGMENT = /(?:^|[/{,(|])\.\.(?:$|[/},)|])/;

const empty: Rule = (text) =>
  text.trim() === '' ? problem('an empty pattern matches nothing', '`**` for everything') : undefined;

/** `/x`, `C:\\x`, `\\\\server\\x`, `~/x`. */
const absolute: Rule = (text) => {
  const start = /^(?:~(?=\/|$)|[A-Za-z]:(?=[\\/]|$))?(?:\/|\\(?=[\\\p{L}\p{N}_.]))*/u.exec(text)?.[0] ?? '';
  if (start === '' || /^\\(?!\\)/.test(start)) return undefined;
  const rest = text.slice(start.length);
  const relative = start === '/' && rest !== '' ? `\`${rest}\`` : undefined;
  return problem('patterns are relative to the root of the config; this one is absolute', relative);
};

const backslash: Rule = (text) => {
  if (!/\\(?:[\p{L}\p{N}_./]|$)/u.test(text)) return undefined;
  const fix = /[[(]/.test(text) ? undefined : `\`${text.replace(/[\\/]+/g, '/')}\``;
  return problem('a backslash escapes the next character; folders are separated by `/`', fix);
};

const parent: Rule = (text) => {
  if (!PARENT_SEGMENT.test(text)) return undefined;
  const path = text.split('/').includes('..') ? collapse(text) : undefined;
  if (path === undefined) return problem('patterns must not leave the root of the config; `..` does');
  return problem('a path never contains `..`, so this matches nothing', `\`${path}\``);
};

const dots: Rule = (text) => {
  const path = text.startsWith('./') ? text.slice(2) : text;
  if (path === '.' || path === '')
    return problem('the root itself cannot be matched', '`**` for everything in it');
  if (!/(?:^|\/)\.(?:\/|$)/.test(path)) return undefined;
  return problem(
    'a path never contains `.` as a folder, so this matches nothing',
    `\`${collapse(path) || '**'}\``,
  );
};

const slashes: Rule = (text) => {
  if (text.includes('//'))
    return problem(
      'a path never contains `//`, so this matches nothing',
      `\`${text.replace(/\/{2,}/g, '/')}\``,
    );
  if (!text.endsWith('/') || isFolder(text)) return undefined;
  const folder = text.replace(/\/(?:\*\*\/)*$/, '');
  const fix = folder === '**' ? '**' : `${folder}/**`;
  return problem(
    'only a name may end with `/`, so this matches nothing',
    `\`${fix}\` for what is in the folder`,
  );
};

const readable: Rule = (text) => {
  const glob = readGlob(text);
  return 'refused' in glob ? problem(`the pattern ${glob.refused}`) : undefined;
};

const balanced: Rule = (text) => {
  if (compile(text, { ...GLOB_OPTIONS, strictBrackets: true } as typeof GLOB_OPTIONS) !== undefined) {
    const glob = readGlob(text);
    if (!('regex' in glob) || !isInvalid(glob.regex)) return undefined;
    return problem(
      'the pattern is not a valid glob; escape a literal character with a backslash, as in `\\[`',
    );
  }
  return problem('unbalanced bracket; escape a literal one with a backslash, as in `\\(`');
};

/** `app/(shop)/page.tsx`, as some frameworks name folders: to micromatch a group of one, which matches `app/shop/…`. */
const group: Rule = (text) => {
  const found = /(?<![\\@!?*+])\([^()|\\*?[\]{}]*\)/.exec(text)?.[0];
  if (found === undefined) return undefined;
  const escaped = `\\(${found.slice(1, -1)}\\)`;
  return problem(`\`${found}\` is a group and not part of a name`, `\`${text.replace(found, escaped)}\``);
};

const range: Rule = (text) => {
  const found = /(?<!\\)\{[^{}\\]*\.\.[^{}\\]*\}/.exec(expandRanges(text).pattern)?.[0];
  if (found === undefined) return undefined;
  return problem(`\`${found}\` is not a range; a range has two integers or two letters, as in \`{1..3}\``);
};

/**
 * Two ways in which picomatch silently reads something else than what is written: it takes repeated groups that could
 * backtrack for long as literal text, and where it builds its expression twice (a POSIX class, `***`) it forgets the
 * word before a dot.
 */
const misread: Rule = (text) => {
  const glob = readGlob(text);
  if (!('regex' in glob) || patternOf(text).literal !== undefined) return undefined;
  const { source } = glob.regex;
  if (/\\[+*]\\\(/.test(source) && !/\\[+*]|"/.test(text)) {
    return problem('micromatch takes a repeated group as ambiguous as this one for literal text');
  }
  const lost = glob.text.match(/\w+(?=\.)/g)?.find((word) => !source.includes(word));
  if (lost === undefined) return undefined;
  return problem(
    `micromatch misreads this pattern: it loses \`${lost}\``,
    'a class such as `[0-9]` for `[[:digit:]]`, and `*` for `***`',
  );
};

/** Longer ones could keep a regular expression busy: some of picomatch's backtrack for seconds. */
const MAX_EXAMPLE = 16;

/** Most patterns prove themselves by one example; the others are given to the automaton. */
const satisfiable: Rule = (text) => {
  const pattern = patternOf(text);
  const glob = readGlob(text);
  if (pattern.literal !== undefined || !('regex' in glob)) return undefined;
  const example = withoutSlash(text)
    .replace(/^\.\//, '')
    .replace(/\{([^{},]+),[^{}]*\}/g, '$1')
    .replace(/\[([\p{L}\p{N}])[^[\]]*\]/gu, '$1')
    .replace(/[@+]\(([^()|]+)[^()]*\)/g, '$1')
    .replace(/[?*]\([^()]*\)/g, '')
    .replace(/!\([^()]*\)|\*+|\?/g, 'a');
  const isShort = example.length - pattern.prefix.length <= MAX_EXAMPLE;
  if (isShort && example !== glob.text && isNormalised(example) && glob.regex.test(example)) return undefined;
  const dfa = build(glob.regex);
  if (!(dfa instanceof Dfa)) return problem(`the pattern ${dfa.why}, so it cannot be compared with others`);
  const found = findPath([{ dfa, before: '', wanted: true }], { states: 10_000 });
  return found === 'nothing' ? problem('no path can match this pattern') : undefined;
};

const RULES: readonly Rule[] = [
  empty,
  absolute,
  backslash,
  parent,
  dots,
  slashes,
  readable,
  balanced,
  group,
  range,
  misread,
  satisfiable,
];

/** Takes `.` and `..` out of a path where only literal folders are involved; undefined when it leaves the root. */
function collapse(text: string): string | undefined {
  const path: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '.' || segment === '') continue;
    if (segment !== '..') path.push(segment);
    else if (path.pop()?.match(/^[^*?[\](){}|!+@"\\]+$/) == null) return undefined;
  }
  return path.join('/');
}
