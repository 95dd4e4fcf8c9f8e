// What the scripts of the shells ask for.

import type { Command } from 'commander';
import { aboutTask } from '../../present/about-task.ts';
import { printable } from '../../present/format.ts';
import { listRuns } from '../../run/records/run-folder.ts';
import { type Candidate, candidates, type Sources } from '../completion/candidates.ts';
import type { Shell } from '../completion/shells.ts';
import type { GlobalFlags } from '../options.ts';
import { maskerOf } from '../secrets.ts';
import { configOf, openSession, print, rootOf, type Session } from '../session.ts';

/** Whoever types is not told what is wrong with the config: then there are no tasks. */
export default async function complete(
  ptask: Command,
  shell: Shell,
  words: readonly string[],
): Promise<number> {
  const before = words.slice(0, -1);
  const current = (words.at(-1) ?? '=').slice(1);
  const session = openSession<GlobalFlags>({ ...placeIn(before), color: false });
  const found = await candidates(ptask, before, current, sourcesOf(session));
  await print(
    session,
    found === 'files' ? files(shell) : found.map((each) => line(shell, each, current)).join(''),
  );
  return 0;
}

/** The folder and the config that the command line names. */
function placeIn(words: readonly string[]): GlobalFlags {
  const given = (flag: string): string | undefined => {
    const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
    const word = words[at] ?? '';
    return word.includes('=') ? word.slice(flag.length + 1) : at < 0 ? undefined : words[at + 1];
  };
  const [cwd, config] = [given('--cwd'), given('--config')];
  return { ...(cwd !== undefined && { cwd }), ...(config !== undefined && { config }) };
}

const sourcesOf = (session: Session): Sources => ({
  async tasks() {
    const config = await configOf(session);
    if (!config.ok) return [];
    const masker = await maskerOf(config.value);
    return config.value.tasks.map((task) => ({
      word: task.id,
      about: masker.text(aboutTask(task)),
    }));
  },
  async tags() {
    const config = await configOf(session);
    const tags = config.ok ? config.value.tasks.flatMap((task) => task.tags) : [];
    return [...new Set(tags)].sort().map((word) => ({ word, about: '' }));
  },
  async runs() {
    const root = await rootOf(session);
    const runs = root.ok ? listRuns(root.value).reverse() : [];
    return runs.map(({ id }) => ({ word: id, about: '' }));
  },
});

/** Bash looks for files itself where nothing is found. */
const files = (shell: Shell): string => (shell === 'bash' ? '' : ':files\n');

function line(shell: Shell, { word, about }: Candidate, current: string): string {
  if (shell === 'bash') return `${word.slice(splitAt(current))}\n`;
  const told = printable(about);
  if (shell === 'zsh') return `${word.replaceAll(':', '\\:')}${told === '' ? '' : `:${told}`}\n`;
  return `${word}${told === '' ? '' : `\t${told}`}\n`;
}

/** Bash takes what comes after the last `:` or `=` for a word of its own, and puts what is found in its place. */
const splitAt = (current: string): number => Math.max(current.lastIndexOf(':'), current.lastIndexOf('=')) + 1;
