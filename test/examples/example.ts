/** An example as somebody has it who has copied its folder: away from this repository, never run before. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../src/model/plan.ts';
import type { Report, TaskReport } from '../../src/model/report.ts';
import { describeResult, expectCode, type Project, type PtaskResult, projectAt } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { tempDir } from '../support/tmp.ts';

export type Example = Project & {
  /** `ptask plan --json`, with more arguments. */
  plan: (...args: string[]) => Promise<Plan>;
  /** `ptask run --json`, four tasks at a time whatever the machine, ended with `code`. */
  run: (code: number, ...args: string[]) => Promise<Report>;
  /** The text of a file, undefined where there is none. */
  read: (path: string) => string | undefined;
};

export const examplesFolder = join(repositoryRoot, 'examples');

/** What runs in the checkout leave in an example's folder. */
const LEFT_BEHIND = new Set(['.ptask', 'dist', 'held', 'generated']);

export function copyOf(name: string, dir = tempDir()): Example {
  const source = join(examplesFolder, name);
  cpSync(source, dir, {
    recursive: true,
    filter: (from) =>
      !from
        .slice(source.length)
        .split(/[\\/]/)
        .some((part) => LEFT_BEHIND.has(part)),
  });
  const project = projectAt(dir);
  return {
    ...project,
    plan: async (...args) => json<Plan>(expectCode(await project.ptask('plan', '--json', ...args), 0)),
    run: async (code, ...args) =>
      json<Report>(expectCode(await project.ptask('run', '--json', '-c', '4', ...args), code)),
    read: (path) => (existsSync(join(dir, path)) ? readFileSync(join(dir, path), 'utf8') : undefined),
  };
}

function json<T>(result: PtaskResult): T {
  try {
    return JSON.parse(result.stdout) as T;
  } catch {
    throw new Error(`no JSON document\n${describeResult(result)}`);
  }
}

export const phasesOf = (plan: Plan): string[][] => plan.phases.map(({ tasks }) => tasks);

export const edgesOf = (plan: Plan): string[] =>
  plan.edges.map(({ from, to, because }) =>
    `${from} → ${to}: ${because.kind} ${because.witness ?? ''}`.trim(),
  );

/** `name status`, in the order of declaration. */
export const outcomes = (report: Report): string[] => report.tasks.map(({ id, status }) => `${id} ${status}`);

export const changes = (report: Report): string[] =>
  report.tasks.flatMap(({ id, filesChanged }) =>
    filesChanged.map(({ path, change }) => `${id} ${change} ${path}`),
  );

export function taskOf(report: Report, id: string): TaskReport {
  const task = report.tasks.find((each) => each.id === id);
  if (task === undefined) throw new Error(`the report has no task ${id}`);
  return task;
}

const begin = (task: TaskReport): number => task.startedAt ?? Number.NaN;
const end = (task: TaskReport): number => begin(task) + task.durationMs;

/** Whether the first was over when the second began. The report's times are rounded to a tenth of a millisecond. */
export const isBefore = (report: Report, first: string, second: string): boolean =>
  end(taskOf(report, first)) <= begin(taskOf(report, second)) + 0.2;

/** Whether there was a time when both ran. */
export const areBeside = (report: Report, a: string, b: string): boolean =>
  begin(taskOf(report, a)) < end(taskOf(report, b)) && begin(taskOf(report, b)) < end(taskOf(report, a));

/** How many of these ran at once, at most. */
export function mostAtOnce(report: Report, ids: readonly string[]): number {
  const tasks = ids.map((id) => taskOf(report, id));
  // A task that begins in the very moment in which another ends is not beside it.
  return Math.max(
    ...tasks.map(
      (task) => tasks.filter((each) => begin(each) <= begin(task) && end(each) > begin(task) + 0.2).length,
    ),
  );
}
