// The commands and their flags. What a command does is loaded when it is asked for.

import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { withoutCodes } from '../present/terminal-codes.ts';
import { say } from '../ui/terminal.ts';
import { flags } from './options.ts';

/** Wraps what `load` exports, so that the command's own code is read only when it runs. */
function lazily<Args extends unknown[]>(
  load: () => Promise<{ default: (...args: Args) => number | Promise<number> }>,
) {
  return async (...args: Args): Promise<void> => {
    const command = await load();
    process.exitCode = await command.default(...args);
  };
}

export function program(): Command {
  const ptask = new Command('ptask')
    .description('Run the tasks of parallel.config.yaml as parallel as they can safely be.')
    .version(manifest.version, '-V, --version')
    .option('--config <file>', 'the config, instead of the nearest one upwards')
    .option('--cwd <folder>', 'behave as if started there')
    .option('--color', 'use colours')
    .option('--no-color', 'use no colours')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .showHelpAfterError('(ptask --help shows what there is)')
    .configureOutput({
      writeOut: (text) => say(process.stdout, text),
      // Of our own there are no colours in it.
      writeErr: (text) => say(process.stderr, withoutCodes(text)),
    })
    .exitOverride();

  ptask
    .command('run', { isDefault: true })
    .description('run these tasks and what they need; none named: all')
    .argument('[tasks...]', 'names of tasks')
    .addOption(flags.strategy())
    .addOption(flags.requireStrategy())
    .addOption(flags.concurrency())
    .addOption(flags.onFailure())
    .addOption(flags.integrate())
    .addOption(flags.keepWorktrees())
    .addOption(flags.noWait())
    .addOption(flags.resume())
    .addOption(flags.reporter())
    .addOption(flags.report())
    .addOption(flags.hook())
    .addOption(flags.dryRun())
    .addOption(flags.json('the report'))
    .addOption(flags.verbose())
    .addOption(flags.quiet())
    .action(lazily(() => import('./commands/run.ts')));

  ptask
    .command('plan')
    .description('show what would run when, every conflict with a witness, and why')
    .argument('[tasks...]', 'names of tasks')
    .addOption(flags.strategy())
    .addOption(flags.requireStrategy())
    .addOption(flags.integrate())
    .addOption(flags.prompts())
    .addOption(flags.json('the plan'))
    .addOption(flags.verbose())
    .action(lazily(() => import('./commands/plan.ts')));

  ptask
    .command('explain')
    .description('can these two run together: why not, where they meet, what would change it')
    .argument('<a>', 'the name of a task')
    .argument('<b>', 'the name of another')
    .addOption(flags.json('the explanation'))
    .addOption(flags.verbose())
    .action(lazily(() => import('./commands/explain.ts')));

  ptask
    .command('check')
    .description('validate the config')
    .action(lazily(() => import('./commands/check.ts')));

  ptask
    .command('list')
    .description('list the tasks')
    .addOption(flags.json('the tasks'))
    .action(lazily(() => import('./commands/list.ts')));

  ptask
    .command('graph')
    .description('print the graph of the plan')
    .argument('[tasks...]', 'names of tasks')
    .option('--format <format>', 'mermaid, dot or json', 'mermaid')
    .action(lazily(() => import('./commands/graph.ts')));

  ptask
    .command('report')
    .description('show the report of the last run, or of the one named')
    .argument('[run]', 'the id of a run')
    .option('--format <format>', 'text, md, json, junit or html; text unless --open is given')
    .option('-o, --output <file>', 'write it to this file instead of stdout')
    .option('--open', 'write the page of the run and open it in a browser')
    .addOption(flags.json('the report'))
    .action(lazily(() => import('./commands/report.ts')));

  ptask
    .command('log')
    .description("print a task's whole output in the last run, or in the one named")
    .argument('[task]', 'the name of a task; none: which tasks there are')
    .option('--run <id>', 'the id of a run')
    .option(
      '--md',
      "the task's log instead: what it was to do, did and changed; no task named: that of the whole run",
    )
    .action(lazily(() => import('./commands/log.ts')));

  ptask
    .command('note')
    .description('from within a task: tell something of it, for its log and for those that need it')
    .argument('<kind>', 'understanding, plan, issue, handoff, file or text')
    .argument('[text...]', 'what there is to tell; of a file its path first')
    .option('--severity <how>', 'of an issue: low, medium or high')
    .option('--resolution <text>', 'of an issue: what was done about it')
    // A text may begin with a dash, as a list does.
    .allowUnknownOption()
    .action(lazily(() => import('./commands/note.ts')));

  ptask
    .command('undo')
    .description('put the tree back as it was before the last run, or before the one named')
    .argument('[run]', 'the id of a run')
    .action(lazily(() => import('./commands/undo.ts')));

  ptask
    .command('clean')
    .description('put right what killed runs have left: half-done changes, worktrees, branches, processes')
    .option('--force', 'also remove the worktrees that runs have kept, and what is in them')
    .action(lazily(() => import('./commands/clean.ts')));

  return ptask;
}
