// A config for tasks that somebody gives on the command line: what the nearest config says of everything but tasks, where there is one,
// and these tasks.

import { relative, resolve, sep } from 'node:path';
import { SourceText } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Config } from './config.ts';
import { type LoadOptions, nearestConfig } from './config-file.ts';
import { parseSyntax } from './document.ts';
import { locateConfig, parseConfig } from './load.ts';

export interface AdHocTask {
  /** Without one it is made of what it does. */
  name?: string;
  /** A command, or with an agent what it is to do. */
  work: string;
  reads?: string[];
  writes?: string[];
}

export interface AdHoc {
  tasks: readonly AdHocTask[];
  /** The name of one in the config, of one that is known, or a command that reads its prompt on stdin. */
  agent?: string | undefined;
  /** All work in the user's own folder. */
  isShared: boolean;
  /** After each task, and for the whole at the end: a command, or `@` and the name of an agent. */
  verify?: string | undefined;
  validate?: readonly string[] | undefined;
}

/** What a prompt asks an agent to write that lies outside of its worktree: its log, and what it hands over. A reviewer may have neither. */
const MAY_WRITE = ['PTASK_LOG', 'PTASK_OUTPUT']
  .map((name) => `\${${name}:+"--add-dir=\${${name}%/*}"}`)
  .join(' ');

/** Claude Code allows no command with a variable in it by itself, so it is told what they are. */
const TOLD =
  '${PTASK_LOG:+"--append-system-prompt=\\$PTASK_LOG is $PTASK_LOG and \\$PTASK_OUTPUT is $PTASK_OUTPUT"}';

/** How agents that many have are run without anybody at the keyboard; each reads its prompt on stdin. Who reviews changes nothing. */
const KNOWN: Readonly<Record<string, { works: string; reviews: string }>> = {
  claude: {
    works: `claude -p --permission-mode acceptEdits ${MAY_WRITE} ${TOLD}`,
    reviews: 'claude -p --tools Read,Grep,Glob',
  },
  codex: {
    works: `codex exec --sandbox workspace-write ${MAY_WRITE} --skip-git-repo-check -`,
    reviews: 'codex exec --sandbox read-only --skip-git-repo-check -',
  },
};

const AGENT_NAME = /^[\w-]+$/;

/** @param fallbackRoot the folder that it speaks of where there is no config */
export function adHocConfig(asked: AdHoc, options: LoadOptions, fallbackRoot: string): Result<Config> {
  const cwd = resolve(options.cwd ?? '.');
  const base = baseOf(options, cwd, fallbackRoot);
  if (!base.ok) return base;
  const { root, path, top } = base.value;
  const agents = { ...(top.agents as object | undefined) };
  const own = Object.keys(agents);
  const agentOf = (name: string): string => {
    if (!Object.hasOwn(agents, name)) Object.assign(agents, { [name]: { run: KNOWN[name]?.works ?? name } });
    return name;
  };
  const reviewerOf = (name: string): string => {
    const known = own.includes(name) ? undefined : KNOWN[name];
    if (known === undefined) return agentOf(name);
    const id = `${name}-review`;
    if (!own.includes(id)) Object.assign(agents, { [id]: { run: known.reviews } });
    return id;
  };
  const reviewers = [asked.verify, ...(asked.validate ?? [])].filter((check) => check?.startsWith('@'));
  const nameless = reviewers.find(
    (check = '') => !AGENT_NAME.test(check.slice(1)) && !own.includes(check.slice(1)),
  );
  if (nameless !== undefined)
    return fail({
      message: `\`${nameless}\` names no agent`,
      hint: 'write `@` and the name of one, or a command without the `@`',
    });
  const named = asked.agent !== undefined && !AGENT_NAME.test(asked.agent) && !own.includes(asked.agent);
  if (named) Object.assign(agents, { agent: { run: asked.agent } });
  const agent = asked.agent === undefined ? undefined : named ? 'agent' : agentOf(asked.agent);
  const below = relative(root, cwd).split(sep).join('/');
  const more = {
    ...(below !== '' && !below.startsWith('..') && { cwd: below }),
    ...(asked.isShared ? { workspace: 'shared', conflicts: 'allow' } : { workspace: 'worktree' }),
    ...(asked.verify !== undefined && { verify: verifyOf(asked.verify, reviewerOf) }),
  };
  const ids = new Set<string>();
  const tasks = Object.fromEntries(
    asked.tasks.map(({ name, work, reads, writes }) => [
      idOf(name ?? work, ids),
      {
        ...(agent === undefined ? { run: work } : { agent, prompt: work }),
        ...(reads !== undefined && { reads }),
        writes: writes ?? ['**'],
        ...more,
      },
    ]),
  );
  const names = new Set<string>();
  const validate = asked.validate?.map((check) => stepOf(check, names, reviewerOf));
  const text = JSON.stringify(
    {
      ...top,
      ...(Object.keys(agents).length > 0 && { agents }),
      ...(validate && { validate }),
      tasks,
    },
    undefined,
    2,
  );
  return parseConfig({ source: new SourceText('command line', text), path, root });
}

interface Base {
  root: string;
  path: string;
  /** What the nearest config says beside its tasks, and what it says for the whole of them. */
  top: Record<string, unknown>;
}

function baseOf(options: LoadOptions, cwd: string, fallbackRoot: string): Result<Base> {
  if (options.config === undefined && nearestConfig(cwd) === undefined)
    return ok({ root: fallbackRoot, path: resolve(fallbackRoot, 'parallel.config.yaml'), top: {} });
  const found = locateConfig(options);
  if (!found.ok) return found;
  const { root, path, source } = found.value;
  const syntax = parseSyntax(source);
  if (!syntax.ok) return syntax;
  const { value } = syntax.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail({ message: `${source.file} is no config`, hint: 'ptask check shows what is wrong' });
  const { tasks: _, strategy: _s, validate: _v, cache: _c, ...top } = value as Record<string, unknown>;
  return ok({ root, path, top });
}

const verifyOf = (verify: string, agentOf: (name: string) => string): unknown =>
  verify.startsWith('@') ? { agent: agentOf(verify.slice(1)) } : verify;

function stepOf(check: string, taken: Set<string>, agentOf: (name: string) => string): unknown {
  let name = check;
  for (let count = 2; taken.has(name); count++) name = `${check} (${count})`;
  taken.add(name);
  return { name, ...(check.startsWith('@') ? { agent: agentOf(check.slice(1)) } : { run: check }) };
}

/** `npm run build` is `npm-run-build`: letters and digits, once each. */
function idOf(words: string, taken: Set<string>): string {
  const plain = words.replace(/[^A-Za-z0-9_.:]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  const short = (plain.slice(0, MOST_LETTERS) || 'task').replace(/[^A-Za-z0-9]+$/, '');
  let id = short;
  for (let count = 2; taken.has(id.toLowerCase()); count++) id = `${short}-${count}`;
  taken.add(id.toLowerCase());
  return id;
}

const MOST_LETTERS = 40;
