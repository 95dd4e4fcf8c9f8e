// The commands that run tasks.

import type { Command } from 'commander';
import { lazily, TASKS, withChoice, withOptions } from './define-command.ts';
import { execFlags } from './exec-flags.ts';
import { flags } from './flags.ts';
import { alias } from './foreign-flags.ts';
import { WATCH_EXAMPLES } from './help.ts';

export function addRunningCommands(ptask: Command): void {
  withChoice(ptask.command('run', { isDefault: true }))
    .summary('run tasks and their dependencies; the default')
    .description('run the named tasks and their dependencies (default: all)')
    .argument('[tasks...]', TASKS)
    .addOption(flags.interactive())
    .addOption(flags.strategy())
    .addOption(flags.requireStrategy())
    .addOption(flags.concurrency())
    .addOption(flags.onFailure())
    .addOption(flags.integrate())
    .addOption(flags.keepWorktrees())
    .addOption(flags.noWait())
    .addOption(flags.resume())
    .addOption(flags.force())
    .addOption(flags.cache())
    .addOption(flags.noCache())
    .addOption(flags.remote())
    .addOption(flags.noRemote())
    .addOption(flags.reporter())
    .addOption(flags.report())
    .addOption(flags.hook())
    .addOption(flags.dryRun())
    .addOption(flags.json('the report'))
    .addOption(flags.verbose())
    .addOption(flags.quiet())
    .addOption(alias('-j, --jobs <n>', flags.concurrency()))
    .addOption(alias('--parallel <n>', flags.concurrency()))
    .addOption(alias('-k, --keep-going', flags.onFailure(), 'continue'))
    .addOption(alias('--continue', flags.onFailure(), 'continue'))
    .addOption(alias('-n, --dry', flags.dryRun()))
    .action(lazily(() => import('./commands/run.ts')));

  withOptions(ptask.command('watch'), [
    flags.tag(),
    flags.except(),
    flags.withWriters(),
    flags.withDependents(),
  ])
    .summary('run tasks again when their files change')
    .description('run the named tasks (default: all), and again those that a change of a file affects')
    .argument('[tasks...]', TASKS)
    .addOption(flags.onBusy())
    .addOption(flags.postpone())
    .addOption(flags.clear())
    .addOption(flags.poll())
    .addOption(flags.strategy())
    .addOption(flags.concurrency())
    .addOption(flags.onFailure())
    .addOption(flags.force())
    .addOption(flags.cache())
    .addOption(flags.noCache())
    .addOption(flags.remote())
    .addOption(flags.noRemote())
    .addOption(flags.noWait())
    .addOption(flags.reporter())
    .addOption(flags.report())
    .addOption(flags.verbose())
    .addOption(flags.quiet())
    .addHelpText('after', WATCH_EXAMPLES)
    .action(lazily(() => import('./commands/watch.ts')));

  withOptions(ptask.command('exec'), execFlags())
    .summary('run commands, or an agent, without a config')
    .description('run each command as a task in a worktree of its own, and merge what they do')
    .argument('[commands...]', 'a command each, or what the agent is to do; - reads them from stdin')
    .addOption(flags.concurrency())
    .addOption(flags.onFailure())
    .addOption(flags.integrate())
    .addOption(flags.keepWorktrees())
    .addOption(flags.noWait())
    .addOption(flags.reporter())
    .addOption(flags.report())
    .addOption(flags.dryRun())
    .addOption(flags.json('the report'))
    .addOption(flags.verbose())
    .addOption(flags.quiet())
    .addOption(alias('-n, --dry', flags.dryRun()))
    .action(lazily(() => import('./commands/exec.ts')));
}
