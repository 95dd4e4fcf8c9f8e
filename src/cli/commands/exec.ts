import { fail, ok, type Result } from '../../base/result.ts';
import { type AdHocTask, adHocConfig } from '../../config/ad-hoc.ts';
import type { ExecFlags } from '../options.ts';
import { rootWithoutConfig } from '../root-without-config.ts';
import { runTasks } from '../run-tasks.ts';
import type { Ended, Session } from '../session.ts';

export default async function exec(session: Session<ExecFlags>, words: string[]): Promise<Ended> {
  const { flags } = session;
  const root = rootWithoutConfig(flags.cwd);
  if (!root.ok) return root;
  const tasks = await tasksOf(words, flags);
  if (!tasks.ok) return tasks;
  const { agent, shared = false, verify, validate, config: named } = flags;
  const asked = { tasks: tasks.value, agent, isShared: shared, verify, validate };
  const config = adHocConfig(asked, { cwd: flags.cwd, config: named }, root.value);
  if (!config.ok) return config;
  return runTasks({ ...session, given: config.value }, [], undefined);
}

/** Those with a name, those without, and those of stdin, a line each, where there is a `-` or nothing else. */
async function tasksOf(
  words: readonly string[],
  { task = [], reads = [], writes = [] }: ExecFlags,
): Promise<Result<AdHocTask[]>> {
  const usual = { ...(reads.length > 0 && { reads }), ...(writes.length > 0 && { writes }) };
  const isPiped = words.length === 0 && task.length === 0 && !process.stdin.isTTY;
  const given = words.filter((word) => word !== '-');
  const lines = isPiped || given.length < words.length ? await linesOfStdin() : ok([]);
  if (!lines.ok) return lines;
  const work = [...given, ...lines.value]
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

async function linesOfStdin(): Promise<Result<string[]>> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  } catch (error) {
    return fail({
      message: `stdin cannot be read: ${(error as Error).message}`,
      hint: 'pipe a list of commands',
    });
  }
  return ok(Buffer.concat(chunks).toString('utf8').split('\n'));
}
