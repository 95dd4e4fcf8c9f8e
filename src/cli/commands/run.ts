import { isGitHook, onlyDeletes, readHook } from '../hook-input.ts';
import type { RunFlags } from '../options.ts';
import type { Ended, Session } from '../session.ts';

/** A hook for which there is nothing to run ends before anything is loaded for running. */
export default async function run(session: Session<RunFlags>, tasks: string[]): Promise<Ended> {
  const { hook: words, quiet } = session.flags;
  const [name] = words ?? [];
  if (name !== undefined && !isGitHook(name))
    session.err.write(`warning git has no hook called ${JSON.stringify(name)}: see git help hooks\n`);
  const hook = await readHook(words);
  if (hook !== undefined && onlyDeletes(hook)) {
    if (!quiet) session.err.write('this push only deletes refs: nothing to run\n');
    return 0;
  }
  const { runTasks } = await import('../run-tasks.ts');
  return runTasks(session, tasks, hook);
}
