/**
 * The pipelines of CI services that documents show: whether each has the form that its service reads, as far as that can be
 * said without the service, and the commands in it that are ptask's.
 *
 * Knows neither files nor processes.
 */
import { parse } from 'yaml';

/** Of a pipeline: its lines that call ptask, in order, and the variables that it sets for all of them. */
export type Pipeline = { commands: string[]; env: Record<string, string> };

type Map = Record<string, unknown>;

const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

function expect(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`this is no pipeline: ${what}`);
}

const known = (map: Map, keys: string, where: string): void => {
  for (const key of Object.keys(map)) expect(keys.split(' ').includes(key), `${where} has no \`${key}\``);
};

/** Commands of a service's step, without what is the service's own to fill in. */
function ptaskLines(scripts: readonly unknown[]): string[] {
  const lines = scripts.flatMap((script) => {
    expect(typeof script === 'string', 'a command is a text');
    return script.replace(/\\\n\s*/g, '').split('\n');
  });
  return lines.map((line) => line.trim()).filter((line) => /(?:^|\s)ptask\s*/.test(line));
}

/** Variables whose values are plain: what a service fills in, it alone can. */
function plain(env: unknown): Record<string, string> {
  const entries = Object.entries(isMap(env) ? env : {});
  return Object.fromEntries(
    entries
      .map(([name, value]) => [name, String(value)] as const)
      .filter(([, value]) => !value.includes('$')),
  );
}

function github(text: string): Pipeline {
  const file = parse(text) as unknown;
  expect(isMap(file), 'it is no map');
  known(file, 'name on env permissions concurrency defaults jobs', 'a workflow');
  expect('on' in file && isMap(file.jobs), 'a workflow has `on` and `jobs`');
  const steps = Object.values(file.jobs).flatMap((job) => {
    expect(isMap(job) && 'runs-on' in job && Array.isArray(job.steps), 'a job has `runs-on` and `steps`');
    known(
      job,
      'name needs if runs-on env environment permissions container services strategy timeout-minutes steps',
      'a job',
    );
    return job.steps as unknown[];
  });
  const runs = steps.flatMap((step) => {
    expect(isMap(step) && 'uses' in step !== 'run' in step, 'a step has either `uses` or `run`');
    known(step, 'name id if uses run with env shell working-directory continue-on-error', 'a step');
    return list(step.run);
  });
  return { commands: ptaskLines(runs), env: plain(file.env) };
}

function gitlab(text: string): Pipeline {
  const file = parse(text) as unknown;
  expect(isMap(file), 'it is no map');
  const { stages: _, default: __, variables, workflow: ___, include: ____, ...jobs } = file;
  const scripts = Object.entries(jobs).flatMap(([name, job]) => {
    expect(isMap(job), `\`${name}\` is no job`);
    if (!name.startsWith('.')) expect('script' in job, `the job \`${name}\` has no \`script\``);
    const keys =
      'extends stage image services variables cache before_script script after_script artifacts rules needs';
    known(job, `${keys} interruptible timeout retry tags`, 'a job');
    return [...list(job.before_script), ...list(job.script), ...list(job.after_script)];
  });
  const own = Object.values(jobs).map((job) => plain((job as Map).variables));
  return { commands: ptaskLines(scripts), env: Object.assign({}, plain(variables), ...own) };
}

function buildkite(text: string): Pipeline {
  const file = parse(text) as unknown;
  expect(isMap(file) && Array.isArray(file.steps), 'a pipeline has `steps`');
  known(file, 'env agents steps notify', 'a pipeline');
  const scripts = (file.steps as unknown[]).flatMap((step) => {
    if (typeof step === 'string') return [];
    expect(isMap(step), 'a step is a map, or `wait`');
    const keys = 'label key command commands env plugins artifact_paths depends_on if branches retry cache';
    known(step, `${keys} timeout_in_minutes agents wait soft_fail`, 'a step');
    return [...list(step.command), ...list(step.commands)];
  });
  return { commands: ptaskLines(scripts), env: plain(file.env) };
}

/** Declarative, in Groovy: its braces close, and it has what a declarative pipeline has to have. */
function jenkins(text: string): Pipeline {
  let depth = 0;
  for (const sign of text.replace(/'[^'\n]*'/g, "''")) {
    depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
    expect(depth >= 0, 'a brace too many');
  }
  expect(depth === 0, 'a brace is not closed');
  expect(/^pipeline \{/.test(text), 'it begins with `pipeline {`');
  for (const part of ['agent', 'stages', 'stage\\(', 'steps'])
    expect(new RegExp(`^\\s*${part}`, 'm').test(text), `it has no ${part}`);
  const scripts = [...text.matchAll(/\bsh '([^']*)'/g)].map(([, script]) => script);
  const [, block = ''] = /\benvironment \{([^}]*)\}/.exec(text) ?? [];
  const env = Object.fromEntries(
    [...block.matchAll(/^\s*(\w+) = '([^']*)'$/gm)].map(([, name, value]) => [name, value]),
  );
  return { commands: ptaskLines(scripts), env };
}

const SERVICES: Record<string, (text: string) => Pipeline> = { github, gitlab, buildkite, jenkins };

export function pipelineOf(service: string, text: string): Pipeline {
  const read = SERVICES[service];
  if (read === undefined) throw new Error(`which service is "${service}"?`);
  const pipeline = read(text);
  expect(pipeline.commands.length > 0, 'it does not call ptask');
  return pipeline;
}
