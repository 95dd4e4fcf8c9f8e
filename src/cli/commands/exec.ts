import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../../base/result.ts';
import { type AdHocTask, adHocConfig } from '../../config/ad-hoc.ts';
import type { ExecFlags } from '../options.ts';
import { rootWithoutConfig } from '../root-without-config.ts';
import { runTasks } from '../run-tasks.ts';
import type { Ended, Session } from '../session.ts';

export default async function exec(session: Session<ExecFlags>, words: string[]): Promise<Ended> {
  const { flags, cwd } = session;
  const tasks = tasksOf(words, flags);
  if (!tasks.ok) return tasks;
  const { agent, shared = false, verify, validate, config: named } = flags;
  const asked = { tasks: tasks.value, agent, isShared: shared, verify, validate };
  const config = adHocConfig(asked, { cwd: flags.cwd, config: named }, rootWithoutConfig(cwd));
  if (!config.ok) return config;
  return runTasks({ ...session, given: config.value }, [], undefined);
}

/** Those with a name, those without, and those of stdin, a line each, where there is a `-` or nothing else. */
function tasksOf(
  words: readonly string[],
  { task = [], reads = [], writes = [] }: ExecFlags,
): Result<AdHocTask[]> {
  const usual = { ...(reads.length > 0 && { reads }), ...(writes.length > 0 && { writes }) };
  const isPiped = words.length === 0 && task.length === 0 && !process.stdin.isTTY;
  const given = words.filter((word) => word !== '-');
  const lines = isPiped || given.length < words.length ? readFileSync(0, 'utf8').split('\n') : [];
  const work = [...given, ...lines]
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const all = [
    ...task.map((one) => ({ ...usual, ...one })),
    ...work.map((line) => ({ ...usual, work: line })),
  ];
  if (all.length > 0) return ok(all);
  return fail({
    message: 'there is nothing to run',
    hint: 'give a command for each task: ptask exec "npm run lint" "npm test"',
  });
}
