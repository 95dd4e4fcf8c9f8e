// The flags that several commands share.

import { Option } from 'commander';
import type { GraphFormat } from '../present/graph.ts';
import { age, cacheUse, concurrency, interval, letters, reportFile, several } from './flag-values.ts';
import { REPORT_FORMATS } from './options.ts';

const GRAPH_FORMATS: readonly GraphFormat[] = ['mermaid', 'dot', 'json'];

/** Makes sure that a value may be given with `=` or a space and never swallows a task's name. */
export const flags = {
  strategy: () =>
    new Option('--strategy <name>', 'force a strategy (default: the best one that is safe)').choices([
      ...['auto', 'parallel', 'worktrees', 'phased', 'sequential'],
    ]),
  requireStrategy: () =>
    new Option('--require-strategy <letters>', 'fail unless the plan is one of these, e.g. A,B').argParser(
      letters,
    ),
  json: (what: string) => new Option('--json', `print ${what} as JSON on stdout, and nothing else`),
  concurrency: () =>
    new Option(
      '-c, --concurrency <n>',
      'tasks in parallel: a number, a share such as 50%, or auto',
    ).argParser(concurrency),
  onFailure: () =>
    new Option('--on-failure <what>', 'what to do when a task fails, overriding the config').choices([
      ...['continue', 'rollback', 'abort', 'ask'],
    ]),
  integrate: () =>
    new Option('--integrate <how>', 'how results reach the repository, overriding the config').choices([
      ...['apply', 'merge', 'branches'],
    ]),
  keepWorktrees: () => new Option('--keep-worktrees', 'keep the worktrees of failed tasks for inspection'),
  resume: () =>
    new Option('--resume', 'resume the last run: tasks that passed and are unchanged do not run again'),
  force: () => new Option('--force', 'run cached tasks too, and replace their results in the cache'),
  tag: () =>
    new Option('--tag <tags>', 'only tasks with one of these tags, e.g. ci,slow (repeatable)').argParser(
      several,
    ),
  except: () =>
    new Option('--except <tasks>', 'leave out these tasks, e.g. lint or test:* (repeatable)').argParser(
      several,
    ),
  only: () => new Option('--only', 'leave out what the chosen tasks need, and who writes what they read'),
  withWriters: () =>
    new Option('--with-writers', 'also run the tasks that write what the chosen ones read, where git has it'),
  withDependents: () =>
    new Option(
      '--with-dependents',
      'also run the tasks that come after the chosen ones, as they use their results',
    ),
  affected: () => new Option('--affected', 'only tasks that files changed since the default branch affect'),
  since: () => new Option('--since <ref>', 'the same, compared with a branch, a tag or a commit'),
  interactive: () => new Option('-i, --interactive', 'choose among the tasks in the terminal'),
  rerunFailed: () => new Option('--rerun-failed', 'only tasks that did not pass in the last run'),
  noCache: () => new Option('--no-cache', 'run every task, and keep no result'),
  cache: () =>
    new Option(
      '--cache <tier:use>',
      'how the cache is used, here and remotely: local:rw, r, w or off, remote:rw, r, w or off',
    ).argParser(cacheUse),
  remote: () => new Option('--remote', 'run remotely all tasks that can be, not only those that ask for it'),
  noRemote: () => new Option('--no-remote', 'run everything here'),
  noWait: () =>
    new Option('--no-wait', 'fail if another run is in progress in this work tree, instead of waiting'),
  reporter: () =>
    new Option('--reporter <kind>', 'how progress is shown')
      .choices(['auto', 'tree', 'lines', 'silent'])
      .default('auto'),
  graphFormat: () =>
    new Option('--format <format>', 'the language of the graph').choices(GRAPH_FORMATS).default('mermaid'),
  reportFormat: () =>
    new Option('--format <format>', 'text unless --open is given').choices(['text', ...REPORT_FORMATS]),
  report: () =>
    new Option(
      '--report <format=file>',
      'write a report when the run ends: md, json, junit or html (repeatable)',
    ).argParser(reportFile),
  hook: () =>
    new Option('--hook <name...>', 'in a git hook: its name and "$@", for the tasks; must come last'),
  onBusy: () =>
    new Option('--on-busy <how>', 'what a change of files does that running tasks read')
      .choices(['restart', 'queue'])
      .default('restart'),
  postpone: () => new Option('--postpone', 'run nothing before the first change'),
  clear: () => new Option('--clear', 'clear the screen before each run'),
  poll: () =>
    new Option(
      '--poll <interval>',
      'look at all files this often instead, e.g. 2s, where no changes are heard of',
    ).argParser(interval),
  older: () =>
    new Option('--older <age>', 'clear only what was last used before this, e.g. 7d').argParser(age),
  dryRun: () => new Option('--dry-run', 'show the plan and run nothing'),
  planCache: () =>
    new Option('--cache', 'show what the cache has of each task, and why not, instead of the plan'),
  prompts: () => new Option('--prompts', "show each agent's prompt instead of the plan"),
  yes: () => new Option('-y, --yes', 'write it without asking'),
  quiet: () => new Option('-q, --quiet', 'show failures only'),
  verbose: () => new Option('-v, --verbose', 'show everything'),
};

/** Those that choose tasks. */
export const choice: readonly (() => Option)[] = [
  ...[flags.tag, flags.except, flags.only, flags.withWriters, flags.withDependents],
  ...[flags.affected, flags.since, flags.rerunFailed],
];
