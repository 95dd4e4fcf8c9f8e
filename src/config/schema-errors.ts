// Says what ajv found in words of people, each at its place.

import type { ErrorObject } from 'ajv';
import type { Diagnostic, Place } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import type { Path, Syntax } from './document.ts';
import { isComing, knownElsewhere, meantByValue } from './key-aliases.ts';
import { similarName } from './task-names.ts';
import { inYaml, quoted } from './yaml-format.ts';

/** The part of the schema that an error is about. */
interface Expected {
  title?: string;
  type?: string | string[];
  pattern?: string;
  maxLength?: number;
  examples?: unknown[];
  enum?: string[];
  required?: string[];
  properties?: Record<string, { examples?: unknown[] } | undefined>;
  /** Where the items of what may also be a list stand. */
  allOf?: { items?: Expected }[];
}

/** The entry of a list that a map with such a key was meant to be. */
const entryWith = ({ allOf = [] }: Expected, key: string): Expected | undefined =>
  allOf.map(({ items }) => items).find((items) => Object.hasOwn(items?.properties ?? {}, key));

export function pathOf(instancePath: string): Path {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const LONGEST_NAME = 60;

const shortened = (text: string): string =>
  text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text;

/** `tasks.api.run[0]`, or `the config`. */
function nameOf(path: Path, syntax: Syntax): string {
  if (path.length === 0) return 'the config';
  let value = syntax.value;
  let name = '';
  for (const key of path) {
    name += Array.isArray(value) ? `[${key}]` : `.${key}`;
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return `\`${shortened(name.slice(1))}\``;
}

const example = ({ examples = [] }: Expected): string =>
  examples[0] === undefined ? '' : `, for example \`${inYaml(examples[0])}\``;

function whatToWrite(expected: Expected): string {
  if (expected.enum) return `write ${expected.enum.slice(0, -1).join(', ')} or ${expected.enum.at(-1)}`;
  return `write ${expected.title ?? 'another value'}${expected.type === 'boolean' ? '' : example(expected)}`;
}

function unknownKey(error: ErrorObject, path: Path, syntax: Syntax): Diagnostic {
  const expected = (error.parentSchema ?? {}) as Expected;
  const key = String(error.params.additionalProperty);
  const place = syntax.placeOf([...path, key], 'key');
  if (isComing(key))
    return {
      message: `this version of ptask does not know \`${key}\` yet`,
      place,
      hint: 'remove it for now',
    };
  const entry = entryWith(expected, key);
  if (entry !== undefined)
    return {
      message: `\`${key}\` is a key of an entry of a list`,
      place,
      hint: `write a list: ${inYaml(entry.examples)}`,
    };
  const known = Object.keys(expected.properties ?? {}).filter((name) => name !== '$schema');
  const elsewhere = knownElsewhere(key, known);
  return {
    message: `unknown key \`${shortened(key)}\` in ${path.length === 0 ? 'the config' : nameOf(path, syntax)}`,
    place,
    hint:
      (elsewhere && `use \`${elsewhere}\``) ??
      didYouMean(key, known) ??
      (known.length === 1
        ? `the only key is ${known[0]}`
        : `the keys are ${known.slice(0, -1).join(', ')} and ${known.at(-1)}`),
  };
}

function missingKey(error: ErrorObject, path: Path, syntax: Syntax): Diagnostic | undefined {
  const expected = (error.parentSchema ?? {}) as Expected;
  const key = String(error.params.missingProperty);
  // A key that was meant to be this one is told by itself.
  const others = Object.keys(error.data as object).filter(
    (name) => !Object.hasOwn(expected.properties ?? {}, name),
  );
  const isMeant = (name: string): boolean =>
    (knownElsewhere(name, [key]) ?? didYouMean(name, [key]) ?? entryWith(expected, name)) !== undefined;
  if (others.some(isMeant)) return undefined;
  const [first] = expected.properties?.[key]?.examples ?? [];
  return {
    message: `${nameOf(path, syntax)} has no \`${key}\``,
    place: syntax.placeOf(path, 'key'),
    hint:
      path.length === 0
        ? 'list what there is to run under `tasks:`'
        : `add \`${key}: ${first === undefined ? '' : inYaml(first)}\``,
  };
}

/** What is wrong with a key as a name: a task's, a variable's. */
function badName(error: ErrorObject, path: Path, syntax: Syntax): Diagnostic {
  const expected = (error.parentSchema ?? {}) as Expected & { description?: string };
  const name = String(error.propertyName);
  const place = syntax.placeOf([...path, name], 'key');
  const message = `\`${shortened(name)}\` cannot be ${expected.title ?? 'a name'}`;
  if (error.keyword === 'maxLength')
    return { message, place, hint: `use at most ${expected.maxLength} characters` };
  const allowed = (expected.description ?? 'letters').replace(/\.$/, '');
  const safe = path[0] === 'tasks' && path.length === 1 ? similarName(name) : '';
  const such = safe === '' ? '' : `, for example \`${safe}\``;
  return { message, place, hint: `use ${allowed.charAt(0).toLowerCase()}${allowed.slice(1)}${such}` };
}

/** The words that a value may be. */
const wordsOf = ({ enum: words, pattern = '' }: Expected): readonly string[] =>
  words ?? /^\^\(([a-z|]+)\)\$$/.exec(pattern)?.[1]?.split('|') ?? [];

const typesOf = ({ type = [] }: Expected): readonly string[] => (typeof type === 'string' ? [type] : type);

/** The value as it should have been written, where that is plain. */
function correction(value: unknown, expected: Expected, text: string | undefined): string | undefined {
  const types = typesOf(expected);
  const scalar = text ?? (typeof value === 'string' ? value : undefined);
  if (scalar === undefined || scalar === '') return undefined;
  if (typeof value !== 'string' && types.includes('string') && !expected.pattern && !expected.enum)
    return `quote it: ${quoted(scalar)}`;
  if (types.includes('array') && !types.includes('string')) return `write a list: ${inYaml([scalar])}`;
  if (!expected.properties?.run || typeof value !== 'string') return undefined;
  const [, key, colon] = /^(\w+)(:?)\S*/.exec(value) ?? [];
  if (key !== undefined && key in expected.properties)
    return colon ? `put a space after \`${key}:\`` : `put a colon after \`${key}\``;
  const named = expected.required?.includes('name') ? { name: 'check' } : {};
  return `write a map: ${inYaml({ ...named, run: value })}`;
}

const isNothing = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** `run: #x`, where the place of the missing value is that of its key. */
function isComment({ line, column, length, lines }: Place): boolean {
  const text = lines.find(({ number }) => number === line)?.text ?? '';
  return /^\s*:\s+#/.test(text.slice(column - 1 + length));
}

function kindOf(value: unknown, text: string | undefined): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `\`${shortened(text ?? String(value))}\``;
}

function badValue(error: ErrorObject, path: Path, syntax: Syntax): Diagnostic {
  const expected = (error.parentSchema ?? {}) as Expected;
  const value: unknown = error.data;
  const name = nameOf(path, syntax);
  const place = syntax.placeOf(path);
  if (path.length === 0)
    return {
      message: `${name} cannot be ${kindOf(value, syntax.textOf(path))}`,
      place,
      hint: 'list what there is to run under `tasks:`',
    };
  if (error.keyword === 'minProperties')
    return {
      message: `${name} is empty`,
      place,
      hint: path.length === 1 && path[0] === 'tasks' ? 'add at least one task' : whatToWrite(expected),
    };
  if (isNothing(value)) {
    const hint = isComment(place)
      ? 'a # starts a comment; quote a value that starts with one'
      : whatToWrite(expected);
    return { message: `${name} is empty`, place, hint };
  }
  const text = syntax.textOf(path);
  const message = `${name} cannot be ${kindOf(value, text)}`;
  const near = typeof value === 'string' ? didYouMean(value, wordsOf(expected)) : undefined;
  const elsewhere =
    path[0] === 'tasks' && path.length === 3 ? meantByValue(String(path[2]), value) : undefined;
  if (elsewhere !== undefined) return { message, place, hint: `use \`${elsewhere}\`` };
  return { message, place, hint: near ?? correction(value, expected, text) ?? whatToWrite(expected) };
}

/** Keys that exclude each other; one that is unknown is told by itself. */
function tooManyKeys(error: ErrorObject, path: Path, syntax: Syntax): Diagnostic | undefined {
  const expected = (error.parentSchema ?? {}) as Expected;
  const keys = Object.keys(error.data as object);
  if (!keys.every((key) => Object.hasOwn(expected.properties ?? {}, key))) return undefined;
  const message = `${nameOf(path, syntax)} cannot have ${keys.join(' and ')} together`;
  return { message, place: syntax.placeOf(path), hint: whatToWrite(expected) };
}

function describe(error: ErrorObject, syntax: Syntax): Diagnostic | undefined {
  const path = pathOf(error.instancePath);
  if (error.keyword === 'additionalProperties') return unknownKey(error, path, syntax);
  if (error.keyword === 'required') return missingKey(error, path, syntax);
  if (error.keyword === 'maxProperties') return tooManyKeys(error, path, syntax);
  // What is wrong with the name itself is told by the error inside, which ajv gives as well.
  if (error.keyword === 'propertyNames') return undefined;
  return error.propertyName === undefined ? badValue(error, path, syntax) : badName(error, path, syntax);
}

/** Errors that are looked at; a file with more has one cause for most of them, and nobody reads on. */
const MOST = 1_000;

/** One diagnostic for each thing that is wrong. */
export function schemaDiagnostics(errors: readonly ErrorObject[], syntax: Syntax): Diagnostic[] {
  const seen = new Set<string>();
  return errors.slice(0, MOST).flatMap((error): Diagnostic[] => {
    const diagnostic = describe(error, syntax);
    if (diagnostic === undefined) return [];
    // A value of the wrong type breaks several keywords at once, and its first error says it best; what an alias
    // repeats is wrong in one place. Several keys may be missing from one place.
    const { line, column } = diagnostic.place ?? {};
    const key = [line, column, error.params.missingProperty, error.propertyName !== undefined].join(':');
    if (seen.has(key)) return [];
    seen.add(key);
    return [diagnostic];
  });
}
