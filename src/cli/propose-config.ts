// A config that is proposed: shown, written where somebody agrees, then checked and planned.

import { lstatSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SourceText } from '../base/diagnostic.ts';
import { codeOf, orElse } from '../base/error-code.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { CONFIG_NAMES, configFile, configIn, displayPath, existingFolder } from '../config/config-file.ts';
import { parseConfig } from '../config/load.ts';
import type { Draft } from '../init/draft.ts';
import { draftYaml } from '../init/draft-yaml.ts';
import { plural, printable } from '../present/format.ts';
import { hang } from '../ui/layout.ts';
import { confirm, isAttended } from './confirm.ts';
import { formatProposal } from './format-proposal.ts';
import { addIgnored, toIgnore } from './ignore-own-folder.ts';
import type { InitFlags } from './options.ts';
import { type Ended, print, type Session } from './session.ts';

export interface Proposal {
  /** The command as somebody has given it. */
  command: string;
  draft: Draft;
}

/** Where the config goes: absolute, with the folder that it speaks of. Refused where there is one. */
export function placeFor(session: Session<InitFlags>): Result<{ path: string; root: string }> {
  const { cwd, flags } = session;
  const folder = existingFolder(flags.cwd);
  if (!folder.ok) return folder;
  if (flags.config === undefined) {
    const path = join(cwd, CONFIG_NAMES[0] as string);
    const there = configIn(cwd);
    return there === undefined ? ok({ path, root: cwd }) : isThere(there, cwd);
  }
  const path = resolve(cwd, flags.config);
  if (!/\.ya?ml$/.test(path))
    return fail({
      message: `a proposed config is YAML: ${flags.config} is called something else`,
      hint: 'name a file that ends in .yaml',
    });
  return orElse(() => lstatSync(path) !== undefined, false) ? isThere(path, cwd) : ok(configFile(path));
}

const isThere = (path: string, cwd: string): Result<never> =>
  fail({
    message: `there is a config already: ${displayPath(path, cwd)}`,
    hint: 'remove it first, or name another file with `--config`',
  });

export async function propose(
  session: Session<InitFlags>,
  place: { path: string; root: string },
  { command, draft }: Proposal,
): Promise<Ended> {
  const { yes = false } = session.flags;
  const notes = [...draft.notes, ...calledLikeCommands(session, draft)];
  const file = displayPath(place.path, session.cwd);
  const text = await formatProposal(draftYaml(draft, command), place);
  const source = new SourceText(file, text);
  const parsed = parseConfig({ ...place, source });
  if (!parsed.ok) return parsed;
  const ignoring = toIgnore(place.root);
  if (!yes) {
    if (isAttended()) await print(session, faintComments(session, text));
    else await session.out.document(text);
    tellNotes(session, notes);
    if (!isAttended()) {
      session.err.write(
        `\nnothing is written without a terminal: ${command} --yes writes ${printable(file)}\n`,
      );
      return 0;
    }
    session.err.write('\n');
    const also = ignoring === undefined ? '' : `, and add ${ignoring.line} to .gitignore`;
    if (!(await confirm(session, `Write ${printable(file)}${also}?`))) {
      session.err.write('nothing is written\n');
      return 0;
    }
  }
  const written = write(place.path, text, session.cwd);
  if (!written.ok) return written;
  const { colors, unicode } = session.out;
  const done = colors.green(unicode ? '✔' : 'ok');
  await print(session, `${done} wrote ${printable(file)}: ${plural(parsed.value.tasks.length, 'task')}\n`);
  if (ignoring !== undefined && addIgnored(ignoring))
    await print(session, `${done} added ${ignoring.line} to .gitignore, for tools that look there\n`);
  if (yes) tellNotes(session, notes);
  return checkAndPlan(session, draft, file);
}

/** Never over anything that is there, whoever has put it there meanwhile. */
function write(path: string, text: string, cwd: string): Result<undefined> {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return ok(undefined);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return isThere(path, cwd);
    const file = displayPath(path, cwd);
    return fail({
      message: `${file} cannot be written (${code ?? 'error'})`,
      hint: 'name another place with `--config`',
    });
  }
}

async function checkAndPlan(session: Session<InitFlags>, draft: Draft, file: string): Promise<Ended> {
  const { default: check } = await import('./commands/check.ts');
  const { default: plan } = await import('./commands/plan.ts');
  const checked = await check(session, []);
  if (checked !== 0) return checked;
  await print(session, '\n');
  const planned = await plan(session, []);
  if (planned !== 0) return planned;
  await print(session, `\n${nextSteps(session, draft, file)}`);
  return 0;
}

/** Columns that a step needs beside its command. */
const LEAST = 30;

function nextSteps({ out, flags }: Session<InitFlags>, { tasks }: Draft, file: string): string {
  const config = flags.config === undefined ? '' : ` --config ${flags.config}`;
  const undecided = tasks.filter(({ off, comments }) => off === undefined && comments.length > 0).length;
  const steps: [command: string, what: string][] = [
    [`npx ptask${config}`, 'run all tasks'],
    [`npx ptask check --strict${config}`, 'find what tasks read and do not declare'],
    undecided > 0
      ? [file, `${plural(undecided, 'task has a comment', 'tasks have comments')} for you to decide`]
      : [`npx ptask plan --cache${config}`, 'see what is up to date'],
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  const columns = out.columns();
  const lines = steps.flatMap(([command, what]) =>
    width + LEAST > columns
      ? [`  ${command}`, ...hang('    ', what, columns)]
      : hang(`  ${command.padEnd(width)}  `, what, columns),
  );
  return [out.colors.bold('Next'), ...lines, ''].join('\n');
}

const calledLikeCommands = ({ commands }: Session, { tasks }: Draft): string[] =>
  tasks
    .filter(({ name, off }) => off === undefined && commands.includes(name))
    .map(({ name }) => `\`${name}\` is a command of ptask as well: the task runs by \`ptask run ${name}\``);

function tellNotes({ err }: Session, notes: readonly string[]): void {
  if (notes.length === 0) return;
  const bullet = err.unicode ? '•' : '*';
  const lines = notes.flatMap((note) => hang(`  ${bullet} `, printable(note), err.columns()));
  err.write(`\n${err.colors.bold('Notes')}\n${lines.join('\n')}\n`);
}

const faintComments = ({ out }: Session, text: string): string =>
  text.replace(/^\s*#.*$/gm, (line) => out.colors.dim(line));
