// `ptask learn`: runs tasks in the user's files, one after the other, and says what their entries in the config lack.

import { fail, ok, type Result } from '../base/result.ts';
import type { Config, Task } from '../config/config.ts';
import { isUndeclared, learnTask } from '../learn/learn-task.ts';
import { NOISE_FOLDERS } from '../learn/noise.ts';
import { RepositoryFiles } from '../learn/repository-files.ts';
import type { Learned } from '../model/learned.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { isNamePattern } from '../plan/name-pattern.ts';
import { planWithWriters } from '../plan/plan-with-writers.ts';
import { chooseTasks } from '../plan/select.ts';
import { paragraph } from '../present/document.ts';
import { printable } from '../present/format.ts';
import { announcement, learnedPart } from '../present/learned.ts';
import { outputFiles } from '../report/output-files.ts';
import { recordRun } from '../report/record.ts';
import { runFolderOf } from '../run/records/run-folder.ts';
import { openTracer } from '../run/tracing/open-tracer.ts';
import type { FileTracer } from '../run/tracing/tracer.ts';
import { createReporter } from '../ui/create-reporter.ts';
import { blockLines, itemLines } from '../ui/document-lines.ts';
import { lookOf } from '../ui/layout.ts';
import { recoveredRun, waitingFor } from '../ui/recovery-view.ts';
import { writeSummary } from '../ui/summary.ts';
import { dieOf, watchSignals } from './interrupt.ts';
import type { LearnFlags } from './options.ts';
import { maskerOf } from './secrets.ts';
import { type Ended, print, printJson, type Session } from './session.ts';

export async function learnTasks(
  session: Session<LearnFlags>,
  config: Config,
  words: readonly string[],
): Promise<Ended> {
  const { flags } = session;
  const chosen = tasksToLearn(config, words, flags);
  if (!chosen.ok) return chosen;
  const ids = new Set(chosen.value.map(({ id }) => id));
  if (flags.write) {
    const { whyNotWrite } = await import('./write-learned.ts');
    const problems = whyNotWrite(config, session.cwd, ids);
    if (problems.length > 0) return fail(...problems);
  }
  const plan = await planWithWriters(planned(config, ids), {
    ...{ tasks: [...ids], only: flags.only, strategy: 'sequential' },
  });
  if (!plan.ok) return plan;
  const opened = await openTracer(config.root, ids);
  if (!opened.ok) return opened;
  const { tracer, by, partial } = opened.value;
  const files = await RepositoryFiles.open(config.root);

  const order = plan.value.phases.flatMap(({ tasks }) => tasks);
  const before = order.filter((id) => !ids.has(id));
  const tasks = order.flatMap((id) => chosen.value.find((task) => task.id === id) ?? []);
  const { err } = session;
  const look = lookOf(err);
  const said = announcement(
    tasks.map(({ id }) => id),
    before,
    partial,
  );
  err.write(`${itemLines({ text: said }, look).join('\n')}\n`);
  const report = await run(session, traced(config, ids), plan.value, tracer);
  if (typeof report === 'number' || 'ok' in report) return report;

  const all: Learned[] = [];
  for (const task of tasks) {
    const { status, filesChanged = [] } = report.tasks.find(({ id }) => id === task.id) ?? {};
    const seen = tracer.seen(task.id);
    const changed = by === 'node' ? filesChanged.map(({ path }) => path) : [];
    const options = { config, files, by, changed, learned: all };
    all.push(await learnTask(task, seen, { ...options, status: status === 'passed' ? 'passed' : 'failed' }));
  }
  return tell(session, config, all, partial);
}

async function tell(
  session: Session<LearnFlags>,
  config: Config,
  all: readonly Learned[],
  partial: string | undefined,
): Promise<Ended> {
  const { json = false, check = false, write = false } = session.flags;
  const masker = await maskerOf(config);
  const shown = all.map((one) => masker.all(one));
  if (json)
    await printJson(session, { schemaVersion: 1, ...(partial !== undefined && { partial }), tasks: shown });
  else {
    const options = { isCheck: check, isJson: config.file.endsWith('.json') };
    const blocks = shown.map((one) => blockLines(learnedPart(one, options), lookOf(session.out)));
    if (partial !== undefined)
      blocks.push(blockLines(paragraph([`this may not be all: ${partial}`]), lookOf(session.out)));
    await print(session, `\n${blocks.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n')}`);
  }
  const hasFailed = all.some(({ status }) => status !== 'passed');
  if (write) {
    const { writeLearned } = await import('./write-learned.ts');
    const written = await writeLearned(session, config, all);
    if (!written.ok) return written;
  }
  return hasFailed || (check && all.some(isUndeclared)) ? 1 : 0;
}

/** Those that are named must be such as can be learned; of those that a pattern or a tag means, the others are passed over. */
function tasksToLearn(
  config: Config,
  words: readonly string[],
  { tag: tags = [], except }: LearnFlags,
): Result<Task[]> {
  if (words.length + tags.length === 0)
    return fail({
      message: 'there is no task named to learn',
      hint: "name some, as in `ptask learn build`; `ptask learn '**'` runs and learns all of them",
    });
  const chosen = chooseTasks(config, { tasks: words, tags, except });
  if (!chosen.ok) return chosen;
  const named = words.filter((word) => !isNamePattern(word));
  const problems = chosen.value
    .filter(({ id }) => named.includes(id))
    .flatMap((task) => {
      const why = whyNot(task);
      return why === undefined ? [] : [{ message: `\`${task.id}\` cannot be learned: ${why}` }];
    });
  if (problems.length > 0) return fail(...problems);
  const fit = chosen.value.filter((task) => whyNot(task) === undefined);
  if (fit.length > 0) return ok(fit);
  return fail({ message: 'none of these tasks runs commands itself', hint: '`ptask list` shows the tasks' });
}

/** A clause. */
function whyNot({ run, assignment, review, service }: Task): string | undefined {
  if (service !== undefined) return 'it is a service, and stays up';
  if (assignment !== undefined) return 'an agent does it';
  if (review !== undefined) return 'an agent reviews it';
  return run.length === 0 ? 'it runs nothing itself' : undefined;
}

/** In the user's files, without what comes after the tasks of a run. */
const planned = (config: Config, ids: ReadonlySet<string>): Config => ({
  ...config,
  integrate: 'apply',
  // What is watched runs here.
  remote: undefined,
  validate: [],
  tasks: config.tasks.map((task) =>
    ids.has(task.id) ? { ...task, workspace: 'shared', strict: false, raw: false } : task,
  ),
});

/** The same as it is run: whatever a task writes is kept as it was before, so that it can be undone. */
function traced(config: Config, ids: ReadonlySet<string>): Config {
  const declared = config.tasks.flatMap(({ writes }) => writes);
  const kept = NOISE_FOLDERS.filter((name) => !declared.some((pattern) => pattern.includes(name)));
  const anything = ['**', ...kept.flatMap((name) => [`!${name}`, `!**/${name}/**`])];
  const base = planned(config, ids);
  return {
    ...base,
    tasks: base.tasks.map((task) =>
      ids.has(task.id) ? { ...task, writes: anything, strays: 'ignore', onFailure: 'continue' } : task,
    ),
  };
}

/** An ordinary run, shown on stderr: what is learned is what is asked for. */
async function run(
  session: Session<LearnFlags>,
  config: Config,
  plan: Plan,
  tracer: FileTracer,
): Promise<Ended | Report> {
  const { err, flags } = session;
  const { verbose = false, quiet = false } = flags;
  let folder = '';
  const signals = watchSignals();
  const reporter = await createReporter({
    ...{ kind: flags.reporter, terminal: err, env: process.env, verbose, quiet },
    outputFile: (log) => `${folder}/${log}`,
  });
  const ran = await recordRun(config, plan, {
    ...{ concurrency: { kind: 'count', count: 1 }, color: err.colors.isColorSupported, tracer },
    ...signals.aborts,
    onEvent(event) {
      if (event.type === 'run-started') folder = runFolderOf(config.root, event.id);
      reporter.onEvent(event);
    },
    onWait: flags.wait
      ? (holder, isUnseen) => err.write(waitingFor(holder, isUnseen, err.colors))
      : undefined,
    onRecovered: (recovered) => err.write(recoveredRun(recovered, err.colors)),
  });
  await reporter.close();
  signals.release();
  if (!ran.ok) return signals.received() === undefined ? ran : dieOf(signals.received());
  for (const warning of ran.value.warnings)
    err.write(`${err.colors.yellow('warning')} ${printable(warning)}\n`);
  const { report } = ran.value;
  const failed = report.status !== 'complete';
  if (failed)
    writeSummary(err, report, {
      ...{ readOutput: outputFiles({ path: ran.value.folder }), quiet: true, folder: ran.value.folder },
      wasShown: () => reporter.prints ?? false,
    });
  return report.status === 'interrupted' ? dieOf(signals.received()) : report;
}
