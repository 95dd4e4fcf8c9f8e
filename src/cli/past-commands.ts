// The commands that are about runs: what they did, what there is to say of it, and what is to be undone.

import type { Command } from 'commander';
import { end, lazily } from './define-command.ts';
import { flags } from './flags.ts';

export function addPastCommands(ptask: Command): void {
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
}
