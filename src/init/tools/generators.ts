// What makes sources of other sources.

import { literalPattern } from '../../plan/patterns/index.ts';
import { literalsOf } from '../read/literals.ts';
import { below, folderOf, inFolder } from '../read/repository.ts';
import { fieldsOf, textOf, textsOf, unique } from '../read/values.ts';
import {
  manifestOf,
  NEVER_ENDS,
  outputFolder,
  type Place,
  patternAt,
  type Read,
  type Tool,
  task,
} from './tool.ts';

const prisma: Tool = {
  programs: ['prisma'],
  judge({ args }, place) {
    const [command] = args.plain();
    if (command === 'validate' || (command === 'format' && args.has('--check')))
      return task({ role: 'check', reads: schemaReads(place, args.value('--schema')), writes: [] });
    if (command !== 'generate') return { kind: 'off', why: 'it changes a database' };
    if (args.has('--watch')) return NEVER_ENDS;
    const schema = schemaOf(place, args.value('--schema'));
    return task({
      role: 'generate',
      reads: schemaReads(place, args.value('--schema')),
      writes: outputsOf(place, schema),
      isNeededByAll: true,
    });
  },
};

function schemaOf({ package: { folder, manifest } }: Place, given: string | undefined): string {
  const said = given ?? textOf(fieldsOf(manifest.prisma).schema) ?? 'prisma/schema.prisma';
  return inFolder(folder, said) ?? said;
}

function schemaReads(place: Place, given: string | undefined): Read[] {
  const schema = schemaOf(place, given);
  const isFolder = place.repository.isFolder(schema);
  const configs = place.repository
    .names(place.package.folder)
    .filter((name) => /^prisma\.config\.\w+$/.test(name));
  return [
    isFolder ? `${literalPattern(schema)}/**/*.prisma` : literalPattern(schema),
    ...configs.map((name) => below(place.package.folder, name)),
    ...manifestOf(place),
  ];
}

/** By `generator` blocks; a client without an `output` lies among what is installed. */
function outputsOf({ repository, package: { folder } }: Place, schema: string): string[] | undefined {
  const files = repository.isFolder(schema)
    ? [...repository.files(schema)].filter((each) => each.endsWith('.prisma'))
    : [schema];
  const found: string[] = [];
  for (const file of files) {
    for (const [, block = ''] of (repository.text(file) ?? '').matchAll(
      /^\s*generator\s+\w+\s*\{([^}]*)\}/gm,
    )) {
      const [, output] = /^\s*output\s*=\s*"([^"]*)"/m.exec(block) ?? [];
      const [, provider = ''] = /^\s*provider\s*=\s*"([^"]*)"/m.exec(block) ?? [];
      if (output === undefined && provider !== 'prisma-client-js') return undefined;
      const path =
        output === undefined
          ? below(folder, 'node_modules/.prisma/client')
          : inFolder(folderOf(file), output);
      if (path === undefined) return undefined;
      found.push(`${literalPattern(path)}/**`);
    }
  }
  return found.length > 0 ? unique(found) : undefined;
}

const graphqlCodegen: Tool = {
  programs: ['graphql-codegen', 'graphql-code-generator', 'gql-gen'],
  judge({ args }, place) {
    if (args.has('-w', '--watch')) return NEVER_ENDS;
    const names = ['codegen.yml', 'codegen.yaml', 'codegen.ts', 'codegen.js', 'codegen.json'];
    const name =
      args.value('-c', '--config') ??
      names.find((each) => place.repository.has(below(place.package.folder, each)));
    const path = name === undefined ? undefined : inFolder(place.package.folder, name);
    if (path === undefined) return undefined;
    const isCode = /\.[cm]?[jt]s$/.test(path);
    const fields = isCode ? {} : fieldsOf(place.repository.yaml(path));
    const code = place.repository.text(path) ?? '';
    const outputs = isCode ? keysAfter(code, 'generates') : Object.keys(fieldsOf(fields.generates));
    const named = isCode
      ? [...literalsOf(code, 'schema'), ...literalsOf(code, 'documents')].flatMap((each) =>
          each.kind === 'texts' ? each.texts : [undefined],
        )
      : [...textsOf(fields.schema), ...textsOf(fields.documents)];
    // A schema that is fetched is no file.
    const isKnown =
      named.length > 0 && named.every((each) => each !== undefined && !/^https?:|^\$/.test(each));
    const inputs = named.flatMap((each) => (each === undefined ? [] : (patternAt(place, each) ?? [])));
    const written = outputs.flatMap((each) =>
      each.endsWith('/') ? (outputFolder(place, each) ?? []) : (inFolder(place.package.folder, each) ?? []),
    );
    return task({
      role: 'generate',
      reads: isKnown ? [...inputs, literalPattern(path), ...manifestOf(place)] : undefined,
      writes: outputs.length > 0 ? written : undefined,
    });
  },
};

/** The keys of an object that stand in quotes: `generates: { './src/gql/': { … } }`. */
function keysAfter(code: string, key: string): string[] {
  const [, body = ''] = new RegExp(`\\b${key}\\s*:\\s*\\{([\\s\\S]*)`).exec(code) ?? [];
  let depth = 0;
  const keys: string[] = [];
  for (const [sign, , text] of body.matchAll(/[{}[\]]|(["'])([^"'\n]+)\1(?=\s*:)/g)) {
    if (/[{[]/.test(sign)) depth += 1;
    else if (/[}\]]/.test(sign)) depth -= 1;
    else if (depth === 0 && text !== undefined) keys.push(text);
    if (depth < 0) break;
  }
  return keys;
}

const openapiTypescript: Tool = {
  programs: ['openapi-typescript'],
  judge({ args }, place) {
    const [input] = args.plain('-o', '--output');
    const output = args.value('-o', '--output');
    if (input === undefined || output === undefined || /^https?:/.test(input)) return undefined;
    const read = patternAt(place, input);
    const written = inFolder(place.package.folder, output);
    if (read === undefined || written === undefined) return undefined;
    return task({ role: 'generate', reads: [read, ...manifestOf(place)], writes: [literalPattern(written)] });
  },
};

const sync: Tool = {
  programs: ['svelte-kit'],
  judge({ args }, place) {
    if (args.words[0] !== 'sync') return undefined;
    const made = outputFolder(place, '.svelte-kit');
    return task({
      role: 'generate',
      reads: [{ all: place.package.folder }],
      writes: made === undefined ? undefined : [made],
    });
  },
};

export const generators: Tool[] = [prisma, graphqlCodegen, openapiTypescript, sync];
