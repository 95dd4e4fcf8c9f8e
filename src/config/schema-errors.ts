// Says what ajv found in words of people, each at its place.

import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import type { Path, Syntax } from './syntax.ts';

/** Parts of the contract that have a name already but no code yet; a person who writes one should read that. */
const NOT_YET = new Set([
  ...[
    'integrate',
    'onCollision',
    'worktrees',
    'workspace',
    'strays',
    'checkpoint',
    'agents',
    'agent',
    'prompt',
  ],
  ...['instructions', 'requirements', 'secrets', 'validation', 'include', 'inputs', 'outputs', 'cache'],
]);

export function pathOf(instancePath: string): Path {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const nameOf = (path: Path): string =>
  path.length === 0
    ? 'the config'
    : `\`${path
        .map((part) => (/^\d+$/.test(String(part)) ? `[${part}]` : `.${part}`))
        .join('')
        .replace(/^\./, '')}\``;

const kindOf = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = JSON.stringify(value);
  return text.length > 40 ? `a ${typeof value}` : `\`${text.replace(/^"|"$/g, '')}\``;
};

interface Parent {
  title?: string;
  examples?: unknown[];
  enum?: string[];
  properties?: Record<string, unknown>;
}

function expected(parent: Parent): string {
  const choices = parent.enum ? `one of ${parent.enum.map((item) => `\`${item}\``).join(', ')}` : undefined;
  return choices ?? parent.title ?? 'another value';
}

function unknownKey(error: ErrorObject, parent: Parent, path: Path, syntax: Syntax): Diagnostic {
  const key = String(error.params.additionalProperty);
  const known = Object.keys(parent.properties ?? {});
  const place = syntax.placeOf([...path, key], 'key');
  if (NOT_YET.has(key)) {
    return { message: `\`${key}\` is not there yet in this version of ptask`, place, hint: 'take it away' };
  }
  const guess = didYouMean(key, known);
  const hint = guess ?? `known here: ${known.filter((name) => name !== '$schema').join(', ')}`;
  return { message: `\`${key}\` is not a key of ${nameOf(path)}`, place, hint };
}

function describe(error: ErrorObject, syntax: Syntax): Diagnostic | undefined {
  const path = pathOf(error.instancePath);
  const parent = (error.parentSchema ?? {}) as Parent;
  const place = syntax.placeOf(path);
  const value = error.data;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, parent, path, syntax);
    case 'required':
      return {
        message: `${nameOf(path)} has no \`${error.params.missingProperty}\``,
        place: syntax.placeOf(path, 'key'),
        hint:
          error.params.missingProperty === 'tasks' ? 'list what there is to run under `tasks:`' : 'add it',
      };
    // What is wrong with the name itself is told by the error inside, which ajv gives as well.
    case 'propertyNames':
      return undefined;
    case 'minProperties':
      return { message: `${nameOf(path)} is empty`, place, hint: 'add at least one task' };
    default: {
      if (error.propertyName !== undefined) {
        return {
          message: `\`${error.propertyName}\` cannot be ${parent.title ?? 'a name'}`,
          place: syntax.placeOf([...path, error.propertyName], 'key'),
          hint: expectedName(parent),
        };
      }
      const near = parent.enum && typeof value === 'string' ? didYouMean(value, parent.enum) : undefined;
      return {
        message: `${nameOf(path)} should be ${expected(parent)}, and is ${kindOf(value)}`,
        place,
        ...(near ? { hint: near } : exampleHint(parent)),
      };
    }
  }
}

const expectedName = (parent: Parent & { description?: string }): string =>
  parent.description ?? 'letters, digits and underscores, not beginning with a digit';

function exampleHint(parent: Parent): { hint?: string } {
  const example = parent.examples?.[0];
  return example === undefined
    ? {}
    : { hint: `for example ${typeof example === 'string' ? example : JSON.stringify(example)}` };
}

/** One diagnostic for each thing that is wrong, in the order of the text. */
export function schemaDiagnostics(errors: readonly ErrorObject[], syntax: Syntax): Diagnostic[] {
  const seen = new Set<string>();
  return errors
    .map((error) => describe(error, syntax))
    .filter((diagnostic) => diagnostic !== undefined)
    .filter((diagnostic) => {
      // A value of the wrong type breaks several keywords at once; its first error says it best.
      const key = `${diagnostic.place?.line}:${diagnostic.place?.column}`;
      return seen.has(key) ? false : seen.add(key);
    });
}

/**
 * The value without what the errors are about, so that the rest can still be looked at by the rules and every
 * problem of a file is told at once.
 */
export function withoutErrors(value: unknown, errors: readonly ErrorObject[]): unknown {
  const copy = structuredClone(value);
  for (const error of errors) {
    const path = [...pathOf(error.instancePath)];
    const extra = error.params.additionalProperty ?? error.propertyName;
    if (extra !== undefined) path.push(String(extra));
    const last = path.pop();
    if (last === undefined) return undefined;
    let parent = copy as Record<string, unknown> | undefined;
    for (const key of path) parent = parent?.[key] as Record<string, unknown> | undefined;
    if (parent && typeof parent === 'object' && error.keyword !== 'required') delete parent[last];
  }
  return copy;
}
