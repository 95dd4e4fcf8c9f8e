// Text to Config: find, parse, expand, check, fill in.

import type { Diagnostic, SourceText } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import validate from '../generated/validate-config.cjs';
import type { WrittenConfig } from '../model/written-config.ts';
import type { Config } from './config.ts';
import { existingFolder, type FoundConfig, type LoadOptions } from './config-file.ts';
import { parseSyntax, type Syntax } from './document.ts';
import { type Expander, expand, oneEach } from './expand.ts';
import { findConfig, type ReadConfig, readConfig } from './find.ts';
import { normalize } from './normalize.ts';
import { entriesOf, placesOf } from './places.ts';
import { rememberConfig, textsOf } from './remembered.ts';
import { checkRules } from './rules.ts';
import { schemaDiagnostics } from './schema-errors.ts';
import { withoutErrors } from './strip-invalid.ts';

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

export function locateConfig(options: LoadOptions): Result<ReadConfig> {
  const cwd = existingFolder(options.cwd);
  if (!cwd.ok) return cwd;
  return options.config === undefined ? findConfig(cwd.value) : readConfig(options.config, cwd.value);
}

/** A text, as far as it has the form of a config. */
interface Written {
  syntax: Syntax;
  /** Without what the schema objects to; undefined where nothing is left. */
  written: WrittenConfig | undefined;
  /** The keys of `tasks` that the schema objects to, in whole or in part. */
  broken: ReadonlySet<string>;
  problems: readonly Diagnostic[];
}

const NONE: ReadonlySet<string> = new Set();

function parse(source: SourceText): Result<Written> {
  const parsed = parseSyntax(source);
  if (!parsed.ok) return parsed;
  const syntax = parsed.value;
  const count = syntax.keysOf(['tasks']).length;
  if (count > MOST_TASKS) return fail(tooManyTasks(count, syntax));
  if (validate(syntax.value)) {
    const written = syntax.value as WrittenConfig;
    return ok({ syntax, written, broken: NONE, problems: syntax.problems });
  }
  const errors = validate.errors ?? [];
  const { value, broken } = withoutErrors(syntax.value, errors);
  const problems = [...syntax.problems, ...schemaDiagnostics(errors, syntax)];
  return ok({ syntax, written: value as WrittenConfig | undefined, broken, problems });
}

interface Sound {
  config: Config;
  syntax: Syntax;
  written: WrittenConfig;
}

/** @param expander for what an entry of `tasks` stands for */
export function parseConfig(found: FoundConfig, expander = oneEach): Result<Config> {
  const parsed = parseSound(found, expander);
  return parsed.ok ? ok(parsed.value.config) : parsed;
}

/** As a command does: what the text comes to is remembered for the next one. */
export function parseForNextTime(found: ReadConfig): Result<Config> {
  const parsed = parseSound(found, oneEach);
  if (!parsed.ok) return parsed;
  const { config, syntax, written } = parsed.value;
  const tasks = config.tasks.map(({ id }) => id);
  rememberConfig(config, { value: written, tasks, texts: textsOf(written, syntax) }, found.bytes);
  return ok(config);
}

function parseSound({ source, ...file }: FoundConfig, expander: Expander): Result<Sound> {
  const parsed = parse(source);
  if (!parsed.ok) return parsed;
  const { syntax, written, broken } = parsed.value;
  const problems = [...parsed.value.problems];
  if (written?.tasks === undefined || syntax.halved) return fail(...problems.sort(byPlace));
  const expanded = expand(entriesOf(written, syntax, broken), expander);
  problems.push(...checkRules({ written, syntax, root: file.root, ...expanded }));
  if (problems.length > 0) return fail(...problems.sort(byPlace));
  const places = placesOf(source, expander, { syntax, tasks: expanded.tasks });
  const config = normalize({ written, wording: syntax, tasks: expanded.tasks, places }, file);
  return ok({ config, syntax, written });
}
