// Values that nobody is to read, taken out of all that ptask writes down or shows. Unaware of tasks and files.

import type { Config } from '../config/config.ts';
import type { Event } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { planOfPairs, planPairs } from '../model/plan-pairs.ts';
import { ByteSearch, type Span } from './byte-search.ts';
import type { Environment } from './environment.ts';

const MASK = Buffer.from('***');
const EMPTY = Buffer.alloc(0);

/** A variable with such a name holds a secret, whatever stands before that. */
const SECRET_NAME =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|_PWD|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SECRET_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|CREDENTIALS?)$/i;

/** Values of such variables that are no secrets, and that would make an output unreadable. */
const PLAIN = new Set([
  ...['disabled', 'enabled', 'required', 'optional', 'undefined', 'default', 'example', 'changeme'],
  ...['development', 'production', 'staging', 'testing', 'localhost', 'inherit', 'prompt', 'basic', 'bearer'],
  ...['password', 'postgres', 'secret', 'placeholder', 'unused', 'changeit', 'string', 'automatic'],
]);

/** Characters that a value has at least: of a variable that was guessed, and of one that the config names. */
const LEAST_GUESSED = 6;
const LEAST_NAMED = 3;
/** Of one line of many, and of a piece of base64, which anything may be part of. */
const LEAST_PART = 8;
/** Characters of a line of base64, as different programs break it. */
const BASE64_LINES = [76, 64];

/** The values to mask: of the variables that the config names, and of those whose names say it. */
function valuesIn(env: Environment, named: ReadonlySet<string>): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const isNamed = named.has(name);
    if (!isNamed && !SECRET_NAME.test(name)) return [];
    const text = value.trim();
    const isPlain = !isNamed && (text.length < LEAST_GUESSED || PLAIN.has(text.toLowerCase()));
    return isPlain || text.length < LEAST_NAMED ? [] : [text];
  });
}

/** The ways in which a value comes to be written. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.filter((line) => line.length >= LEAST_PART && !/^-----(?:BEGIN|END) /.test(line));
  const whole = lines.length === 1 ? [value] : parts;
  const strict = encodeURIComponent(value).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const json = JSON.stringify(value).slice(1, -1);
  return [
    ...whole,
    ...[encodeURIComponent(value), strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')],
    ...[json, json.replaceAll('/', '\\/')],
    json.replace(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ...base64Of(value),
    ...base64Of(`${value}\n`),
  ];
}

/** Alone, and as a part of something longer: behind the name of a user, say, where other bits stand at both ends. */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(value);
  const alone = bytes.toString('base64').replace(/=+$/, '');
  const parts = [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = all.subarray(0, all.length - (all.length % 3)).toString('base64');
    return whole.slice(before === 0 ? 0 : before + 1);
  });
  const broken = BASE64_LINES.filter((columns) => alone.length > columns).flatMap(
    (columns) => alone.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [],
  );
  const found = [alone, ...parts, ...broken].filter((part) => part.length >= LEAST_PART);
  return [...found, ...found.map((part) => part.replaceAll('+', '-').replaceAll('/', '_'))];
}

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
  readonly #search: ByteSearch | undefined;

  constructor(values: Iterable<string>) {
    const forms = new Set([...values].flatMap(formsOf).filter((form) => form.length >= LEAST_NAMED));
    this.#search = forms.size > 0 ? new ByteSearch([...forms].map((form) => Buffer.from(form))) : undefined;
  }

  /** Undefined where there is nothing to mask, so that nobody pays for it. */
  stream(): MaskStream | undefined {
    return this.#search && new Streamed(this.#search);
  }

  bytes(bytes: Buffer): Buffer {
    return this.#search === undefined ? bytes : masked(bytes, this.#search.spans(bytes));
  }

  text(text: string): string {
    if (this.#search === undefined) return text;
    const bytes = Buffer.from(text);
    const spans = this.#search.spans(bytes);
    return spans.length === 0 ? text : masked(bytes, spans).toString();
  }

  /** Every text in a value, but for what names things. */
  all<T>(value: T): T {
    return this.#search === undefined ? value : (this.#deep(value) as T);
  }

  /** Of the plan the descriptions: the rest names tasks, files and resources. Output stays as it is, which comes masked. */
  event(event: Event): Event {
    if (this.#search === undefined) return event;
    if (event.type === 'run-started') return { ...event, plan: this.#plan(event.plan) };
    if (event.type === 'task-output' || event.type === 'validation-output') return event;
    if (event.type !== 'task-handed-over') return this.#deep(event) as Event;
    const outputs = event.outputs.map(({ value, bytes, key }) => {
      const isCut = Buffer.byteLength(value) < bytes;
      return { key, value: isCut ? this.#beginning(value) : this.text(value), bytes };
    });
    return { ...event, outputs, problems: event.problems.map((problem) => this.text(problem)) };
  }

  #plan(plan: Plan): Plan {
    const tasks = plan.tasks.map((task) =>
      task.description === undefined ? task : { ...task, description: this.text(task.description) },
    );
    if (tasks.every(({ description }, at) => description === plan.tasks[at]?.description)) return plan;
    const { schemaVersion, strategy, phases, exclusions, notes } = plan;
    return planOfPairs({ schemaVersion, strategy, phases, tasks, exclusions, notes }, planPairs(plan));
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
  ...['type', 'id', 'status', 'verify', 'kind', 'change', 'severity', 'result', 'task', 'tasks', 'because'],
]);

/** Of all environments of a run at once: what one task knows, another may come to print. */
export function maskerFor({ secrets, tasks }: Pick<Config, 'secrets' | 'tasks'>, env: Environment): Masker {
  const named = new Set(secrets);
  const agents = tasks.flatMap(({ assignment, review }) => [assignment?.agent.env, review?.agent.env]);
  const environments = [env, ...tasks.map((task) => task.env), ...agents];
  return new Masker(environments.flatMap((each) => (each === undefined ? [] : valuesIn(each, named))));
}

function masked(bytes: Buffer, spans: readonly Span[]): Buffer {
  if (spans.length === 0) return bytes;
  const pieces: Buffer[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    pieces.push(bytes.subarray(from, start), MASK);
    from = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

class Streamed implements MaskStream {
  readonly #search: ByteSearch;
  #held: Buffer = Buffer.alloc(0);
  found = 0;

  constructor(search: ByteSearch) {
    this.#search = search;
  }

  write(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const open = this.#search.openAt(bytes);
    const spans = this.#search.spans(bytes);
    // A value that is there as a whole may go on in a longer one, or its end may begin another: it is held back too.
    let hold = open;
    for (const [start, end] of spans) if (end > hold && start < hold) hold = start;
    const over = spans.filter(([, end]) => end <= hold);
    this.#held = hold === bytes.length ? EMPTY : Buffer.from(bytes.subarray(hold));
    this.found += over.length;
    return masked(bytes.subarray(0, hold), over);
  }

  end(): Buffer {
    const spans = this.#search.spans(this.#held);
    const rest = masked(this.#held, spans);
    this.found += spans.length;
    this.#held = EMPTY;
    return rest;
  }
}
