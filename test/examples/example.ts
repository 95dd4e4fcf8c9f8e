/** An example as somebody has it who has copied its folder: away from this repository, never run before. */
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../src/model/event.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Report, TaskReport } from '../../src/model/report.ts';
import { edgesOf as edgesIn } from '../../src/model/task-pairs.ts';
import { describeResult, expectCode, type Project, type PtaskResult, projectAt } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { tempDir } from '../support/tmp.ts';

/** A report with the journal of its run. */
export type Ran = Report & { journal: Event[] };

export type Example = Project & {
  /** `ptask plan --json`, with more arguments. */
  plan: (...args: string[]) => Promise<Plan>;
  /** `ptask run --json`, four tasks at a time whatever the machine, ended with `code`. */
  run: (code: number, ...args: string[]) => Promise<Ran>;
  /** The text of a file, undefined where there is none. */
  read: (path: string) => string | undefined;
};

export const examplesFolder = join(repositoryRoot, 'examples');

/** What runs in the checkout leave in an example's folder. */
const LEFT_BEHIND = new Set(['.ptask', 'dist', 'held', 'generated', 'ports']);

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
    run: async (code, ...args) => {
      const report = json<Report>(expectCode(await project.ptask('run', '--json', '-c', '4', ...args), code));
      const text = readFileSync(join(dir, '.ptask/runs', report.id, 'events.ndjson'), 'utf8');
      const journal = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Event);
      return { ...report, journal };
    },
    read: (path) => (existsSync(join(dir, path)) ? readFileSync(join(dir, path), 'utf8') : undefined),
  };
}

/** A repository whose first commit holds what `copy` puts there. Alone in its folder, since worktrees are made beside it. */
export async function committed(
  copy: (dir: string) => Example,
): Promise<Example & Pick<Repo, 'git' | 'status' | 'head' | 'commit'>> {
  const dir = join(tempDir(), 'repository');
  mkdirSync(dir);
  const example = copy(dir);
  const { git, status, head, commit } = await repo({ dir, unborn: true });
  await commit({}, 'first');
  return { ...example, git, status, head, commit };
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
  Array.from(edgesIn(plan), ({ from, to, because }) =>
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

/** Where in the journal the task's first attempt began and where it ended: the order in which things really happened. */
function spanOf(journal: readonly Event[], id: string): { start: number; end: number } {
  const find = (type: Event['type']) =>
    journal.findIndex((event) => event.type === type && 'id' in event && event.id === id);
  const span = { start: find('task-started'), end: find('task-finished') };
  if (span.start < 0 || span.end < 0) throw new Error(`${id} did not run to its end`);
  return span;
}

/** Whether the first was over when the second began. */
export const isBefore = ({ journal }: Ran, first: string, second: string): boolean =>
  spanOf(journal, first).end < spanOf(journal, second).start;

/** Whether there was a time when both ran. */
export const areBeside = (ran: Ran, a: string, b: string): boolean =>
  !isBefore(ran, a, b) && !isBefore(ran, b, a);

/** How many of these ran at once, at most. */
export function mostAtOnce({ journal }: Ran, ids: readonly string[]): number {
  const spans = ids.map((id) => spanOf(journal, id));
  return Math.max(
    ...spans.map(({ start }) => spans.filter((each) => each.start <= start && each.end > start).length),
  );
}
