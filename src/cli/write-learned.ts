// What was learned, into the config: only what it lacks is added, and it is checked before it is written that nothing else has changed.

import { readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Diagnostic, SourceText } from '../base/diagnostic.ts';
import { codeOf } from '../base/error-code.ts';
import { replaceBy } from '../base/replace.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { type Addition, addPatterns, type ListField, whyNotAdd } from '../config/add-patterns.ts';
import type { Config, Task } from '../config/config.ts';
import { configFile, displayPath } from '../config/config-file.ts';
import { decode } from '../config/decode.ts';
import { parseConfig } from '../config/load.ts';
import type { Learned } from '../model/learned.ts';
import { plural, printable } from '../present/format.ts';
import { lineDiff } from '../present/line-diff.ts';
import type { LearnFlags } from './options.ts';
import { maskerOf } from './secrets.ts';
import type { Session } from './session.ts';

const FIELDS: readonly ListField[] = ['reads', 'writes'];

/** Before anything has run. */
export function whyNotWrite(config: Config, cwd: string, ids: ReadonlySet<string>): readonly Diagnostic[] {
  const file = displayPath(config.file, cwd);
  const hint = 'without `--write` it is shown what to add';
  if (!/\.ya?ml$/.test(file))
    return [{ message: `\`--write\` changes configs that are YAML, and ${file} is not`, hint }];
  const source = read(config.file, cwd);
  if (!source.ok) return source.diagnostics;
  return [...ids].flatMap((id) => FIELDS.flatMap((field) => whyNotAdd(source.value, id, field)));
}

export async function writeLearned(
  session: Session<LearnFlags>,
  config: Config,
  learned: readonly Learned[],
): Promise<Result<undefined>> {
  const { cwd } = session;
  const file = displayPath(config.file, cwd);
  const additions = learned.flatMap((one) => additionsOf(one));
  const out = session.flags.json ? session.err : session.out;
  if (additions.length === 0) {
    await out.put(`\n${printable(file)} stays as it is: nothing is missing in it\n`);
    return ok(undefined);
  }
  const source = read(config.file, cwd);
  if (!source.ok) return source;
  const edited = addPatterns(source.value, additions);
  if (!edited.ok) return edited;
  const text = edited.value;
  const parsed = parseConfig({ ...configFile(config.file), source: new SourceText(file, text) });
  if (!parsed.ok || !isOnlyLonger(config, parsed.value, additions))
    return fail({
      message: `${file} was changed meanwhile, or cannot be changed without changing more`,
      hint: 'nothing was written: add by hand what is shown above',
    });
  const written = write(config.file, text, file);
  if (!written.ok) return written;
  const { colors, unicode } = out;
  const count = additions.reduce((sum, { patterns }) => sum + patterns.length, 0);
  const mark = colors.green(unicode ? '✔' : 'ok');
  await out.put(`\n${mark} added ${plural(count, 'pattern')} to ${printable(file)}\n`);
  const paints = { '+': colors.green, '-': colors.red, ' ': colors.dim };
  const masker = await maskerOf(config);
  const lines = lineDiff(source.value.text, text).map(({ sign, line }) =>
    paints[sign](`  ${sign} ${printable(masker.text(line))}`),
  );
  await out.put(`${lines.join('\n')}\n`);
  return ok(undefined);
}

const additionsOf = ({ task, reads, writes }: Learned): Addition[] =>
  Object.entries({ reads, writes }).flatMap(([field, { add }]) =>
    add.length === 0
      ? []
      : [{ task, field: field as ListField, patterns: add.map(({ pattern }) => pattern) }],
  );

/** Without what marks the order of its bytes, which stays. */
function read(path: string, cwd: string): Result<SourceText> {
  const file = displayPath(path, cwd);
  try {
    return decode(readFileSync(path), file);
  } catch (error) {
    return fail({ message: `${file} cannot be read (${codeOf(error) ?? 'error'})`, hint: 'try again' });
  }
}

/** Whether the tasks are what they were, but for what was added, and what follows from that. */
function isOnlyLonger(before: Config, after: Config, additions: readonly Addition[]): boolean {
  const wanted = before.tasks.map((task) => withAdded(task, additions));
  const found = after.tasks.map((task) => withAdded(task, []));
  return isDeepStrictEqual(wanted, found);
}

/** What follows from its lists is left out: whether it is cached, and may run remotely. */
function withAdded(
  task: Task,
  additions: readonly Addition[],
): Omit<Task, 'cache' | 'isDeclared' | 'remote'> {
  const { cache: _, isDeclared: _d, remote: _r, ...rest } = task;
  const of = (field: ListField): string[] => [
    ...task[field],
    ...additions
      .filter((addition) => addition.task === task.id && addition.field === field)
      .flatMap(({ patterns }) => patterns),
  ];
  return { ...rest, reads: of('reads'), writes: of('writes') };
}

const BYTE_ORDER = '\uFEFF';

/** As a whole, where it really lies, with its permissions. */
function write(path: string, text: string, file: string): Result<undefined> {
  try {
    const real = realpathSync(path);
    const mark = readFileSync(real, 'utf8').startsWith(BYTE_ORDER) ? BYTE_ORDER : '';
    replaceBy(real, statSync(real).mode & 0o777, (handle) => writeFileSync(handle, mark + text));
    return ok(undefined);
  } catch (error) {
    const hint = 'nothing was written: add by hand what is shown above';
    return fail({ message: `${file} cannot be written (${codeOf(error) ?? 'error'})`, hint });
  }
}
