// What `ptask exec` has beside the flags of a run.

import { InvalidArgumentError, Option } from 'commander';
import type { AdHocTask } from '../config/ad-hoc.ts';
import { another } from './flag-values.ts';

/** Globs that follow a `-t` are those of its task. */
export function execFlags(): Option[] {
  const named: AdHocTask[] = [];
  const globs =
    (list: 'reads' | 'writes') =>
    (glob: string, before?: string[]): string[] => {
      const last = named.at(-1);
      if (last === undefined) return another(glob, before);
      last[list] = another(glob, last[list]);
      // Nothing at all would become an empty text.
      return before ?? [];
    };
  return [
    new Option('-t, --task <task>', 'a task with a name, e.g. "lint: npm run lint" (repeatable)').argParser(
      (text: string) => {
        const [, name, work] = /^\s*([A-Za-z0-9][\w.-]*)\s*:\s+(.+)$/s.exec(text) ?? [];
        if (name === undefined || work === undefined)
          throw new InvalidArgumentError("Expected a name and a command, such as 'lint: npm run lint'.");
        named.push({ name, work });
        return named;
      },
    ),
    new Option('--reads <glob>', 'what the task before it reads, or all do (repeatable)').argParser(
      globs('reads'),
    ),
    new Option('--writes <glob>', 'the same of what they write (default: anything)').argParser(
      globs('writes'),
    ),
    new Option('--shared', 'work in this folder, not in worktrees'),
    new Option('--agent <agent>', 'who does it: an agent of the config, claude, codex, or a command'),
    new Option('--verify <check>', 'check each task: a command, or @ and the name of an agent'),
    new Option(
      '--validate <check>',
      'check the whole at the end: a command, or @ and the name of an agent (repeatable)',
    ).argParser(another),
  ];
}
