// What git tells the hook that has started ptask: on its command line, and of some hooks on stdin.

import { fstatSync } from 'node:fs';
import { ancestors, wordsOf } from '../run/process/process-table.ts';
import type { Hook } from '../run/records/options.ts';

/** githooks(5). Nobody else's stdin is touched. */
const WITH_INPUT = new Set([
  'pre-push',
  'pre-receive',
  'post-receive',
  'post-rewrite',
  'reference-transaction',
]);

/** All that githooks(5) names. */
const HOOKS = new Set([
  ...['applypatch-msg', 'pre-applypatch', 'post-applypatch', 'sendemail-validate'],
  ...['pre-commit', 'pre-merge-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'post-rewrite'],
  ...['pre-rebase', 'post-checkout', 'post-merge', 'post-index-change', 'pre-auto-gc', 'fsmonitor-watchman'],
  ...['pre-push', 'pre-receive', 'update', 'proc-receive', 'post-receive', 'post-update'],
  ...['reference-transaction', 'push-to-checkout'],
  ...['p4-changelist', 'p4-prepare-changelist', 'p4-post-changelist', 'p4-pre-submit'],
]);

export const isGitHook = (name: string): boolean => HOOKS.has(name);

/**
 * The hook that ptask is started in. A hook of a single line says nothing of itself; that git is pushing shows in the processes
 * above.
 *
 * @param words of `--hook`: its name, and the arguments that git has given it
 */
export async function readHook(words: readonly string[] | undefined): Promise<Hook | undefined> {
  const [name, ...args] = words ?? (process.env.GIT_EXEC_PATH !== undefined && isGiven() ? pushAbove() : []);
  if (name === undefined) return undefined;
  if (!WITH_INPUT.has(name) || !isGiven()) return { name, args };
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return { name, args, input: Buffer.concat(chunks) };
}

/** As many processes as npx and a shell or two put between git and ptask. */
const NEAR = 6;

function pushAbove(): string[] {
  for (const pid of ancestors(process.pid).slice(0, NEAR)) {
    const words = wordsOf(pid);
    const hook = words.findIndex((word) => /(?:^|\/)pre-push$/.test(word));
    if (hook >= 0) return ['pre-push', ...words.slice(hook + 1)];
    if (/(?:^|\/)git$/.test(words[0] ?? '') && subcommandOf(words) === 'push') return ['pre-push'];
  }
  return [];
}

/** The first word behind git's own options. */
const subcommandOf = (words: readonly string[]): string | undefined =>
  words.find((word, at) => at > 0 && !word.startsWith('-') && !/^-[cC]$/.test(words[at - 1] ?? ''));

/** A person at a terminal who tries a hook out would have to type it. */
function isGiven(): boolean {
  try {
    return !process.stdin.isTTY && !fstatSync(0).isCharacterDevice();
  } catch {
    return false;
  }
}

/** `<local ref> <local object> <remote ref> <remote object>`: what is deleted has no local object. */
const DELETION = /^\S+ 0+ \S+ [0-9a-f]+$/;

/** Whether all that a push does is to delete refs, so that nothing is there to be checked. */
export function onlyDeletes({ name, input }: Hook): boolean {
  const text = name === 'pre-push' && input ? Buffer.from(input).toString('utf8') : '';
  const lines = text.split('\n').filter(Boolean);
  return lines.length > 0 && lines.every((line) => DELETION.test(line));
}
