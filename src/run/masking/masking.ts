// Values that nobody is to read, taken out of all that ptask writes down or shows. Unaware of tasks and files.

import type { Config } from '../../config/config.ts';
import { readDotenv } from '../../config/dotenv.ts';
import { environmentsOf } from '../../config/env-values.ts';
import { lookupIn, valuesOf } from '../../config/variables.ts';
import type { Event } from '../../model/event.ts';
import type { Plan } from '../../model/plan.ts';
import { baseEnvironment, type Environment } from '../process/environment.ts';
import { formsOf } from './secret-forms.ts';
import { secretsIn } from './secret-values.ts';
import { secretsOfServers } from './server-secrets.ts';
import { LEAST_CONTEXT, type Span, WrappedSearch } from './wrapped-search.ts';

const MASK = '***';

/** Masks one stream of bytes, in which a value may come in pieces. */
export interface MaskStream {
  /** What of this and of what was held back can be given out: all but the beginning of a value at its end. */
  write(chunk: Buffer): Buffer;
  /** What was held back. */
  end(): Buffer;
  /** How many values were masked. */
  readonly found: number;
}

export class Masker {
  readonly #search: WrappedSearch | undefined;

  constructor(values: Iterable<string>) {
    const forms = new Set([...new Set(values)].flatMap(formsOf));
    this.#search = forms.size > 0 ? new WrappedSearch(forms) : undefined;
  }

  /** Undefined where there is nothing to mask, so that nobody pays for it. */
  stream(): MaskStream | undefined {
    return this.#search && new Streamed(this.#search);
  }

  bytes(bytes: Buffer): Buffer {
    return this.#search === undefined ? bytes : masked(bytes, this.#search.look(bytes).spans);
  }

  text(text: string): string {
    if (this.#search === undefined) return text;
    const bytes = Buffer.from(text);
    const { spans } = this.#search.look(bytes);
    return spans.length === 0 ? text : masked(bytes, spans).toString();
  }

  /** As `text`, of the same length, so that what points into it still does. */
  blanked(text: string): string {
    if (this.#search === undefined) return text;
    const bytes = Buffer.from(text);
    let from = 0;
    let out = '';
    for (const [start, end] of this.#search.look(bytes).spans) {
      out += bytes.toString('utf8', from, start) + '*'.repeat(bytes.toString('utf8', start, end).length);
      from = end;
    }
    return out + bytes.toString('utf8', from);
  }

  /** Every text in a value, but for what names things. */
  all<T>(value: T): T {
    return this.#search === undefined ? value : (this.#deep(value) as T);
  }

  /** Of the plan the descriptions: the rest names tasks, files and resources. Output stays as it is, which comes masked. */
  event(event: Event): Event {
    if (this.#search === undefined) return event;
    if (event.type === 'run-started') return { ...event, plan: this.plan(event.plan) };
    if (event.type === 'task-output' || event.type === 'validation-output') return event;
    if (event.type !== 'task-handed-over') return this.#deep(event) as Event;
    const outputs = event.outputs.map(({ value, bytes, key }) => {
      const isCut = Buffer.byteLength(value) < bytes;
      return { key, value: isCut ? this.#beginning(value) : this.text(value), bytes };
    });
    return { ...event, outputs, problems: event.problems.map((problem) => this.text(problem)) };
  }

  /** Its descriptions. */
  plan(plan: Plan): Plan {
    const tasks = plan.tasks.map((task) =>
      task.description === undefined ? task : { ...task, description: this.text(task.description) },
    );
    if (tasks.every(({ description }, at) => description === plan.tasks[at]?.description)) return plan;
    return { ...plan, tasks };
  }

  /** Of a longer text, at the end of which a value may have been cut off. */
  #beginning(text: string): string {
    const stream = this.stream();
    if (stream === undefined) return text;
    const whole = stream.write(Buffer.from(text)).toString();
    return stream.end().length > 0 ? `${whole}${MASK}` : whole;
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((each) => this.#deep(each));
    if (typeof value !== 'object' || value === null) return value;
    // What is named by a task or is one of our own words is no secret, whatever it looks like.
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, OWN_WORDS.has(key) ? each : this.#deep(each)]),
    );
  }
}

const OWN_WORDS: ReadonlySet<string> = new Set([
  ...[
    'type',
    'id',
    'status',
    'verify',
    'kind',
    'change',
    'severity',
    'result',
    'task',
    'tasks',
    'because',
    'needs',
  ],
]);

/**
 * Of all environments of a run at once: what one task knows, another may come to print.
 *
 * @param more values that are secret whatever they look like
 */
export function maskerFor(
  config: Pick<Config, 'secrets' | 'tasks' | 'validate'>,
  env: Environment,
  more: readonly string[] = [],
): Masker {
  const { secrets, tasks } = config;
  const named = new Set(secrets);
  const values = secretsIn(env, named);
  for (const each of environmentsOf(tasks, config))
    values.push(...secretsIn(valuesOf(each, lookupIn(env)), named));
  return new Masker([...values, ...more]);
}

/** For who looks and runs nothing: pipes among the dotenv files, which can be read only once, are left to who runs. */
export function maskerToLook(config: Config, env: Environment): Masker {
  const dotenv = readDotenv(config, 'regular').values;
  const known = baseEnvironment(config, env, false, dotenv);
  return maskerFor(config, known, secretsOfServers(config, env, dotenv));
}

function masked(bytes: Buffer, spans: readonly Span[]): Buffer {
  if (spans.length === 0) return bytes;
  const pieces: Buffer[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    pieces.push(bytes.subarray(from, start), maskFor(bytes.subarray(start, end)));
    from = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

/** As many lines as the value had. */
const maskFor = (value: Buffer): Buffer =>
  Buffer.from(
    value
      .toString('latin1')
      .split(/(\r?\n[ \t]*)/)
      .map((part, at) => (at % 2 === 1 || part === '' ? part : MASK))
      .join(''),
    'latin1',
  );

class Streamed implements MaskStream {
  readonly #search: WrappedSearch;
  /** The last that has been given out, which a value may have begun with, and what is held back. */
  #kept: Buffer = Buffer.alloc(0);
  #given = 0;
  found = 0;

  constructor(search: WrappedSearch) {
    this.#search = search;
  }

  write(chunk: Buffer): Buffer {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    const { spans, openAt } = this.#search.look(bytes);
    // A value that is there as a whole may go on in a longer one, or its end may begin another: it is held back too.
    let hold = Math.max(openAt, this.#given);
    for (const [start, end] of spans) if (end > hold && start < hold) hold = Math.max(start, this.#given);
    return this.#giveOut(bytes, hold, spans);
  }

  end(): Buffer {
    const rest = this.#giveOut(this.#kept, this.#kept.length, this.#search.look(this.#kept).spans);
    this.#kept = Buffer.alloc(0);
    this.#given = 0;
    return rest;
  }

  #giveOut(bytes: Buffer, end: number, spans: readonly Span[]): Buffer {
    const given = this.#given;
    const over = spans.filter((span) => span[1] <= end && span[0] >= given);
    const out = masked(
      bytes.subarray(given, end),
      over.map(([from, to]): Span => [from - given, to - given]),
    );
    this.found += over.length;
    const from = Math.max(0, end - LEAST_CONTEXT);
    this.#kept = from === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(from));
    this.#given = end - from;
    return out;
  }
}
