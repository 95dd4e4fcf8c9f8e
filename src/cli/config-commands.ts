// The commands that are about a config: that make it, look at it, and find what it lacks.

import { Argument, type Command } from 'commander';
import { lazily, TASKS, withChoice } from './define-command.ts';
import { flags } from './flags.ts';
import { LEARN_EXAMPLES } from './help.ts';

/** The tools whose tasks can be made ptask's own. */
export const MIGRATED = [
  ...['turbo', 'nx', 'wireit', 'taskfile', 'make', 'lint-staged', 'lefthook', 'concurrently', 'npm-run-all'],
];

export function addConfigCommands(ptask: Command): void {
  ptask
    .command('init')
    .summary('propose a config for this repository')
    .description('propose a config for this repository: show it, write it, plan it')
    .addOption(flags.yes())
    .action(lazily(() => import('./commands/init.ts')));

  ptask
    .command('migrate')
    .summary("propose a config from another tool's")
    .description("propose a config from another tool's: show it, write it, plan it")
    .addArgument(new Argument('<tool>', 'the other tool').choices(MIGRATED))
    .addOption(flags.yes())
    .action(lazily(() => import('./commands/migrate.ts')));

  withChoice(ptask.command('plan'))
    .summary('show what would run when, and every conflict')
    .description('show what would run when, and every conflict with an example path')
    .argument('[tasks...]', TASKS)
    .addOption(flags.strategy())
    .addOption(flags.requireStrategy())
    .addOption(flags.integrate())
    .addOption(flags.prompts())
    .addOption(flags.planCache())
    .addOption(flags.remote())
    .addOption(flags.noRemote())
    .addOption(flags.json('the plan'))
    .addOption(flags.verbose())
    .action(lazily(() => import('./commands/plan.ts')));

  ptask
    .command('explain')
    .summary('why tasks cannot run together, or are not cached')
    .description(
      'explain what a task does and whether it is cached, or whether two can run in parallel, and if not, why',
    )
    .argument('<task>', 'the name of a task')
    .argument('[other]', 'the name of another')
    .addOption(flags.json('the explanation'))
    .addOption(flags.verbose())
    .action(lazily(() => import('./commands/explain.ts')));

  ptask
    .command('check')
    .summary('validate the config, or find undeclared reads')
    .description('validate the config, or find what tasks read and do not declare')
    .argument('[tasks...]', 'with --strict: names of tasks (default: all that declare reads)')
    .option('--strict', 'run each task with its declared reads alone, and name the files that it lacks')
    .addOption(flags.json('what was found'))
    .action(lazily(() => import('./commands/check.ts')));

  ptask
    .command('learn')
    .summary('propose reads and writes by watching tasks run')
    .description('run tasks, watch which files they open, and propose their reads and writes')
    .argument('[tasks...]', TASKS)
    .option('--write', 'add what is missing to the config')
    .option('--check', 'exit with 1 if a task reads or writes what it does not declare')
    .addOption(flags.tag())
    .addOption(flags.except())
    .addOption(flags.only())
    .addOption(flags.noWait())
    .addOption(flags.reporter())
    .addOption(flags.json('what was learned'))
    .addOption(flags.verbose())
    .addOption(flags.quiet())
    .addHelpText('after', LEARN_EXAMPLES)
    .action(lazily(() => import('./commands/learn.ts')));

  ptask
    .command('list')
    .summary('list the tasks')
    .description('list the tasks')
    .addOption(flags.json('the tasks'))
    .action(lazily(() => import('./commands/list.ts')));

  withChoice(ptask.command('graph'))
    .summary('print the graph of the plan')
    .description('print the graph of the plan')
    .argument('[tasks...]', TASKS)
    .addOption(flags.graphFormat())
    .action(lazily(() => import('./commands/graph.ts')));
}
