// Text to Config: find, parse, validate, check, fill in.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import validate from '../generated/validate-config.cjs';
import type { WrittenConfig } from '../model/written-config.ts';
import type { Config } from './config.ts';
import { recallSyntax, rememberSyntax } from './config-cache.ts';
import { parseSyntax, type Syntax } from './document.ts';
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

export function parseConfig(found: FoundConfig): Result<Config> {
  const recalled = recallSyntax(found);
  if (recalled !== undefined) return fromRecalled(recalled, found);
  const parsed = parseSyntax(found.source);
  if (!parsed.ok) return parsed;
  const syntax = parsed.value;
  const tasks = syntax.keysOf(['tasks']).length;
  if (tasks > MOST_TASKS) return fail(tooManyTasks(tasks, syntax));
  const valid = validate(syntax.value);
  const errors = validate.errors ?? [];
  const { value, broken } = valid
    ? { value: syntax.value, broken: NONE }
    : withoutErrors(syntax.value, errors);
  const sound = value as WrittenConfig | undefined;
  const objections = valid ? [] : schemaDiagnostics(errors, syntax);
  const rules =
    sound?.tasks && !syntax.halved ? checkRules({ written: sound, syntax, root: found.root, broken }) : [];
  const problems = [...syntax.problems, ...objections, ...rules].sort(byPlace);
  if (problems.length > 0) return fail(...problems);
  return ok(normalize(sound as WrittenConfig, rememberSyntax(syntax, found), found));
}

/** Nothing is wrong with the text; what it says of the disk may have become wrong. */
function fromRecalled(syntax: Syntax, found: FoundConfig): Result<Config> {
  const written = syntax.value as WrittenConfig;
  const problems = checkDisk({ written, syntax, root: found.root, broken: NONE }).sort(byPlace);
  return problems.length > 0 ? fail(...problems) : ok(normalize(written, syntax, found));
}

const NONE: ReadonlySet<string> = new Set();
