// Scripts that start others by a tool made for that: what it starts are tasks, the script itself gathers them.

import { below } from '../read/repository.ts';
import { commandsIn } from '../read/shell.ts';
import type { Package } from '../read/workspace.ts';
import { unwrapped } from '../tools/judge.ts';
import type { ScriptSource } from './source.ts';

function callers(name: string, programs: readonly string[]): ScriptSource {
  const isCaller = (line: string): boolean =>
    (commandsIn(line) ?? []).some((command) => programs.includes(unwrapped(command).program));
  const callersIn = ({ scripts }: Package): string[] =>
    [...scripts].filter(([, line]) => isCaller(line)).map(([script]) => script);
  return {
    name,
    fileIn: ({ workspace: { packages } }) => {
      const found = packages.find((each) => callersIn(each).length > 0);
      return found && below(found.folder, 'package.json');
    },
    declare(_, { all }) {
      const found = [...all.values()].filter(({ ref }) =>
        isCaller(ref.package.scripts.get(ref.script) ?? ''),
      );
      return new Set(found.map(({ key }) => key));
    },
  };
}

export const concurrently = callers('concurrently', ['concurrently', 'conc']);
export const npmRunAll = callers('npm-run-all', ['npm-run-all', 'npm-run-all2', 'run-s', 'run-p']);
