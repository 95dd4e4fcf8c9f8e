// What `ptask --help` shows beside the lists that commander makes.

import type { Command } from 'commander';

/** A command with its arguments, without its options: each command's own help has those. */
export const commandTerm = (command: Command): string =>
  [
    command.name(),
    ...command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    }),
  ].join(' ');

export const EXAMPLES = `
Examples:
  ptask                  run every task
  ptask lint test -c 4   run two tasks and their dependencies, 4 at a time
  ptask init             propose a config for this repository
  ptask plan             see what would run when, and why
  ptask watch            run tasks again when their files change
  ptask undo             restore the files that the last run changed
  ptask help run         show the options of a command

Exit codes:
  0 passed, 1 something failed, 2 wrong usage or config and nothing ran,
  3 results that did not merge were left on branches, 130 interrupted`;

export const LEARN_EXAMPLES = `
Examples:
  ptask learn build           show the reads and writes that build lacks
  ptask learn build --write   add them to the config
  ptask learn '**' --check    fail if a task does what it does not declare`;

export const WATCH_EXAMPLES = `
Examples:
  ptask watch                  run every task, then those that a change affects
  ptask watch test lint        the same of two tasks and their dependencies
  ptask watch --postpone       wait for the first change before running anything
  ptask watch --on-busy queue  let a run end before the next one begins

Keys: r run all again, x the failed ones, f choose tasks, p pause, c cancel, q quit, h help.`;
