// Makes all that is built and not committed: from schema/*.json the TypeScript types (src/model) and the validator
// (src/generated), from src/html/page the script and the style of a run's page (src/generated), and from src/remote/protos the codecs of
// the Remote Execution API (src/generated/remote).
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';
import { codecs } from './codecs.mjs';
import { reportPage } from './page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes only what has changed, and at once: others may be reading these files meanwhile. */
function emit(path, text) {
  let written;
  try {
    written = readFileSync(root + path, 'utf8');
  } catch {}
  if (written === text) return;
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(`${root}${path}.${process.pid}`, text);
  renameSync(`${root}${path}.${process.pid}`, root + path);
}

const schemaOf = (name) => JSON.parse(readFileSync(`${root}schema/${name}.schema.json`, 'utf8'));

/** The same schema with what would make poor type names taken out, and other schemas' types imported by name. */
function forTypes(node, imports, definitions = node.definitions) {
  if (Array.isArray(node)) return node.map((item) => forTypes(item, imports, definitions));
  if (node === null || typeof node !== 'object') return node;
  const external = /^(\w+)\.schema\.json(?:#\/definitions\/(\w+))?$/.exec(node.$ref ?? '');
  if (external) {
    const [, file, definition = file] = external;
    const name = definition[0].toUpperCase() + definition.slice(1);
    imports.set(file, [...(imports.get(file) ?? []), name]);
    return { tsType: name };
  }
  // The items of `run` stand in an `allOf` of their own, for an editor's sake.
  if (Array.isArray(node.allOf)) {
    const { allOf, ...own } = node;
    return forTypes(Object.assign({}, ...allOf, own), imports, definitions);
  }
  const target = definitions[/^#\/definitions\/(\w+)$/.exec(node.$ref ?? '')?.[1]];
  if (target && !target.properties) {
    const { $ref: _, ...own } = node;
    return forTypes({ ...target, ...own }, imports, definitions);
  }
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, forTypes(value, imports, definitions)]),
  );
  if (typeof copy.title === 'string' && /^[a-z]/.test(copy.title)) delete copy.title;
  if (!Array.isArray(copy.items)) {
    delete copy.minItems;
    delete copy.maxItems;
  }
  // Keys that no code reads have no type.
  delete copy.patternProperties;
  delete copy.examples;
  delete copy.default;
  return copy;
}

async function types(schema, file, name) {
  const imports = new Map();
  const source = forTypes(schemaOf(schema), imports);
  source.title = name ?? source.title;
  const lines = [...imports].map(
    ([from, names]) => `import type { ${[...new Set(names)].join(', ')} } from './${from}.ts';`,
  );
  const text = await compile(source, source.title, {
    unreachableDefinitions: false,
    bannerComment: `// Made from schema/${schema}.schema.json by scripts/generate.mjs.\n${lines.join('\n')}`,
    additionalProperties: false,
    style: { bracketSpacing: true, printWidth: 110, singleQuote: true },
  });
  emit(file, text);
}

function validator() {
  const ajv = new Ajv({
    strict: true,
    allowUnionTypes: true,
    allErrors: true,
    verbose: true,
    // CommonJS, since ajv's ES modules still call require.
    code: { source: true, esm: false, optimize: true },
  });
  // What the YAML language server shows instead of the pattern.
  ajv.addVocabulary(['patternErrorMessage']);
  emit('src/generated/validate-config.cjs', standaloneCode(ajv, ajv.compile(schemaOf('parallel.config'))));
  emit(
    'src/generated/validate-config.d.cts',
    "import type { ValidateFunction } from 'ajv';\ndeclare const validate: ValidateFunction;\nexport = validate;\n",
  );
}

validator();
for (const [name, text] of codecs()) emit(`src/generated/remote/${name}`, text);
await Promise.all([
  types('parallel.config', 'src/model/written-config.ts', 'WrittenConfig'),
  types('plan', 'src/model/plan.ts'),
  types('report', 'src/model/report.ts'),
  types('event', 'src/model/event.ts'),
  reportPage().then((text) => emit('src/generated/report-page.ts', text)),
]);
