// The commands and their flags. What a command does is loaded when it is asked for.

import { Argument, Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { say } from '../ui/terminal.ts';
import { SHELLS, type Shell } from './completion/shells.ts';
import { addConfigCommands } from './config-commands.ts';
import { lazily } from './define-command.ts';
import { flags } from './flags.ts';
import { commandTerm, EXAMPLES } from './help.ts';
import { addPastCommands } from './past-commands.ts';
import { addRunningCommands } from './running-commands.ts';

export function program(): Command {
  const ptask = new Command('ptask')
    .description('Run the tasks of parallel.config.yaml with as much parallelism as is safe.')
    .version(manifest.version, '-V, --version')
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

  addRunningCommands(ptask);
  addConfigCommands(ptask);
  addPastCommands(ptask);

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
