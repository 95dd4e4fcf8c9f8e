// The commands and their flags. What a command does is loaded when it is asked for.

import { Argument, Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { say } from '../ui/terminal.ts';
import { SHELLS, type Shell } from './completion/shells.ts';
import { alias } from './foreign-flags.ts';
import { commandTerm, EXAMPLES, LEARN_EXAMPLES, WATCH_EXAMPLES } from './help.ts';
import { choice, execFlags, flags, type GlobalFlags, MIGRATED } from './options.ts';
import type { Ended, Session } from './session.ts';

/**
 * Has a command done in a session of its own. Its code is read only when it runs; commander gives it its words, and after
 * them its flags and itself.
 */
function lazily<Flags extends GlobalFlags, Words extends unknown[]>(
  load: () => Promise<{ default: (session: Session<Flags>, ...words: Words) => Ended | Promise<Ended> }>,
) {
  return async (...given: [...words: Words, flags: object, command: Command]): Promise<void> => {
    const command = given.at(-1) as Command;
    const [{ default: work }, session] = await Promise.all([load(), openSession<Flags>(command)]);
    await end(command, await work(session, ...(given.slice(0, -2) as Words)), session);
  };
}

async function openSession<Flags extends GlobalFlags>(command: Command): Promise<Session<Flags>> {
  const session = await import('./session.ts');
  const names = command.parent?.commands.map((each) => each.name());
  return session.openSession(command.optsWithGlobals<Flags>(), names);
}

async function end(command: Command, ended: Ended, opened?: Session): Promise<void> {
  if (typeof ended === 'number') process.exitCode = ended;
  else if (!ended.ok) {
    const { refuse } = await import('./session.ts');
    process.exitCode = await refuse(opened ?? (await openSession(command)), ended.diagnostics);
  }
}

const TASKS = 'names of tasks, or patterns such as test:*';

const withChoice = (command: Command): Command =>
  [...choice.map((option) => option()), alias('--exclude <tasks>', flags.except())].reduce(
    (all, option) => all.addOption(option),
    command,
  );

const VERSION_FLAGS = '-V, --version';

export const isVersionFlag = (word: string): boolean => VERSION_FLAGS.split(', ').includes(word);

export function program(): Command {
  const ptask = new Command('ptask')
    .description('Run the tasks of parallel.config.yaml with as much parallelism as is safe.')
    .version(manifest.version, VERSION_FLAGS)
    .option('--config <file>', 'the config file (default: the nearest one)')
    .option('--cwd <folder>', 'run as if started in this folder')
    .option('--color', 'use colors')
    .option('--no-color', 'use no colors')
    .usage('[command] [tasks...] [options]')
    .configureHelp({ showGlobalOptions: true, subcommandTerm: commandTerm })
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => say(process.stdout, text),
      // What is wrong is told in main.ts.
      outputError: () => {},
    })
    .exitOverride();

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

  [flags.tag, flags.except, flags.withWriters]
    .reduce((command, option) => command.addOption(option()), ptask.command('watch'))
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
    .addOption(flags.noWait())
    .addOption(flags.reporter())
    .addOption(flags.report())
    .addOption(flags.verbose())
    .addOption(flags.quiet())
    .addHelpText('after', WATCH_EXAMPLES)
    .action(lazily(() => import('./commands/watch.ts')));

  execFlags()
    .reduce((command, option) => command.addOption(option), ptask.command('exec'))
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
    .action(lazily(() => import('./commands/exec.ts')));

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

  ptask
    .command('report')
    .summary('show the report of a run')
    .description('show the report of the last run, or of the named one')
    .argument('[run]', 'the id of a run')
    .addOption(flags.reportFormat())
    .option('-o, --output <file>', 'write to this file instead of stdout')
    .option('--open', 'write the HTML report and open it in a browser')
    .addOption(flags.json('the report'))
    .action(lazily(() => import('./commands/report.ts')));

  ptask
    .command('runs')
    .summary('list the runs, and what each changed')
    .description('list the runs that are kept, and what each changed')
    .addOption(flags.json('the runs'))
    .action(lazily(() => import('./commands/runs.ts')));

  ptask
    .command('log')
    .summary("print a task's output")
    .description("print a task's full output in the last run, or in the named one")
    .argument('[task]', 'the name of a task (default: list the tasks)')
    .option('--run <id>', 'the id of a run')
    .option(
      '--md',
      "the task's log instead: its assignment, what it did and changed (default: the log of the run)",
    )
    .action(lazily(() => import('./commands/log.ts')));

  ptask
    .command('note')
    .summary('add a note, from within a task')
    .description('from within a task: add a note to its log, and for its dependents')
    .argument('<kind>', 'understanding, plan, issue, handoff, file or text')
    .argument('[text...]', 'the text of the note; for a file, its path first')
    .option('--severity <how>', 'of an issue: low, medium or high')
    .option('--resolution <text>', 'of an issue: what was done about it')
    // A text may begin with a dash, as a list does.
    .allowUnknownOption()
    // Without a session, which takes longer to open than the note to write.
    .action(async (kind: string, words: string[], _: object, command: Command) => {
      const { default: note } = await import('./commands/note.ts');
      await end(command, note(kind, words, command.optsWithGlobals()));
    });

  ptask
    .command('undo')
    .summary('restore the tree to before a run')
    .description('restore the tree to before the last run, or before the named one')
    .argument('[run]', 'the id of a run')
    .option('--dry-run', 'list what would be restored, and change nothing')
    .action(lazily(() => import('./commands/undo.ts')));

  ptask
    .command('clean')
    .summary('clean up after killed runs')
    .description('clean up after killed runs: partial changes, worktrees, branches, processes')
    .option('--force', 'also remove the worktrees that runs have kept, with their contents')
    .action(lazily(() => import('./commands/clean.ts')));

  ptask
    .command('cache')
    .summary('show what is cached, or remove it')
    .description('show what is cached, or remove it')
    .addArgument(new Argument('[action]', 'clear removes it').choices(['clear']))
    .addOption(flags.older())
    .addOption(flags.json('what it shows'))
    .action(lazily(() => import('./commands/cache.ts')));

  ptask
    .command('doctor')
    .summary('check what ptask stands on')
    .description('check what ptask stands on: Node, git, the config, installed packages, hooks, the cache')
    .addOption(flags.json('what was found'))
    .action(lazily(() => import('./commands/doctor.ts')));

  ptask
    .command('completion')
    .summary('print the script that completes words in a shell')
    .description('print the script that completes commands, flags, tasks and runs in a shell')
    .addArgument(new Argument('<shell>', 'the shell that loads it').choices(SHELLS))
    .action(lazily(() => import('./commands/completion.ts')));

  ptask
    .command('__complete', { hidden: true })
    .argument('<shell>')
    .argument('[words...]')
    .action(async (shell: Shell, words: string[]) => {
      const { default: complete } = await import('./commands/complete.ts');
      process.exitCode = await complete(ptask, shell, words);
    });

  return ptask;
}
