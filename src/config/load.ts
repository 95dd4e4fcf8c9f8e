// Text to Config: find, parse, expand, check, fill in.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import validate from '../generated/validate-config.cjs';
import type { WrittenConfig } from '../model/written-config.ts';
import type { Config } from './config.ts';
import { recallSyntax, rememberSyntax } from './config-cache.ts';
import { parseSyntax, type Syntax } from './document.ts';
import { expand, oneEach } from './expand.ts';
import { type FoundConfig, findConfig, readConfig } from './find.ts';
import { normalize } from './normalize.ts';
import { checkDisk, checkRules } from './rules.ts';
import { schemaDiagnostics } from './schema-errors.ts';
import { withoutErrors } from './strip-invalid.ts';

export interface LoadOptions {
  /** Where to begin to look, and what paths in messages are relative to. Default: the working directory. */
  cwd?: string | undefined;
  /** The config's file, relative to `cwd`; otherwise it is looked for upwards. */
  config?: string | undefined;
}

/** More than any config lists, and few enough to say of each what is wrong with it. */
const MOST_TASKS = 10_000;

const tooManyTasks = (count: number, syntax: Syntax): Diagnostic => ({
  message: `there are ${count.toLocaleString('en')} tasks, and a config may have at most ${MOST_TASKS.toLocaleString('en')}`,
  place: syntax.placeOf(['tasks'], 'key'),
  hint: 'combine tasks, or split the config into several',
});

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);

/** Finds, reads and validates the config. Every problem of the file comes back at once, in the order of the text. */
export function loadConfig(options: LoadOptions = {}): Result<Config> {
  const found = locateConfig(options);
  return found.ok ? parseConfig(found.value) : found;
}

export function locateConfig(options: LoadOptions): Result<FoundConfig> {
  const cwd = resolve(options.cwd ?? '.');
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    return fail({ message: `there is no folder ${options.cwd}`, hint: 'give the path of a folder' });
  return options.config === undefined ? findConfig(cwd) : readConfig(options.config, cwd);
}

/** A text, as far as it has the form of a config. */
interface Written {
  syntax: Syntax;
  /** Without what the schema objects to; undefined where nothing is left. */
  written: WrittenConfig | undefined;
  /** The keys of `tasks` that the schema objects to, in whole or in part. */
  broken: ReadonlySet<string>;
  problems: readonly Diagnostic[];
  /** Nothing is wrong with the text, as was found out before; what it says of the disk may have become wrong. */
  isRecalled: boolean;
}

const NONE: ReadonlySet<string> = new Set();

function parse(found: FoundConfig): Result<Written> {
  const sound = (syntax: Syntax, isRecalled: boolean): Written => ({
    syntax,
    written: syntax.value as WrittenConfig,
    broken: NONE,
    problems: syntax.problems,
    isRecalled,
  });
  const recalled = recallSyntax(found);
  if (recalled !== undefined) return ok(sound(recalled, true));
  const parsed = parseSyntax(found.source);
  if (!parsed.ok) return parsed;
  const syntax = parsed.value;
  const count = syntax.keysOf(['tasks']).length;
  if (count > MOST_TASKS) return fail(tooManyTasks(count, syntax));
  if (validate(syntax.value)) return ok(sound(syntax, false));
  const errors = validate.errors ?? [];
  const { value, broken } = withoutErrors(syntax.value, errors);
  const problems = [...syntax.problems, ...schemaDiagnostics(errors, syntax)];
  return ok({ syntax, written: value as WrittenConfig | undefined, broken, problems, isRecalled: false });
}

/** @param expander for what an entry of `tasks` stands for */
export function parseConfig(found: FoundConfig, expander = oneEach): Result<Config> {
  const parsed = parse(found);
  if (!parsed.ok) return parsed;
  const { syntax, written, broken, isRecalled } = parsed.value;
  const problems = [...parsed.value.problems];
  if (written?.tasks === undefined || syntax.halved) return fail(...problems.sort(byPlace));
  const expanded = expand(written.tasks, syntax, broken, expander);
  const check = isRecalled ? checkDisk : checkRules;
  problems.push(...check({ written, syntax, root: found.root, ...expanded }));
  if (problems.length > 0) return fail(...problems.sort(byPlace));
  if (!isRecalled) rememberSyntax(syntax, found);
  return ok(normalize(written, expanded.tasks, syntax, found));
}
