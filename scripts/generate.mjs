// Makes from schema/*.json what must never drift from it: the TypeScript types (src/model, committed so that
// they can be read), the validator (src/generated, built code) and the reference in docs/config.md.
// With --check it writes nothing and fails where a committed file is not what it would write; with --built it makes only
// what is not committed, so that a build hides no drift.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';
import { configReference } from './config-reference.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const drifted = [];

/** Writes only what has changed, and at once: others may be reading these files meanwhile. */
function emit(path, text) {
  let written;
  try {
    written = readFileSync(root + path, 'utf8');
  } catch {}
  if (written === text) return;
  if (check) return drifted.push(path);
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(`${root}${path}.${process.pid}`, text);
  renameSync(`${root}${path}.${process.pid}`, root + path);
}

/** The same schema with what would make poor type names taken out, and other schemas' types imported by name. */
function forTypes(node, imports, definitions = node.definitions) {
  if (Array.isArray(node)) return node.map((item) => forTypes(item, imports, definitions));
  if (node === null || typeof node !== 'object') return node;
  const external = /^(\w+)\.schema\.json(?:#\/definitions\/(\w+))?$/.exec(node.$ref ?? '');
  if (external) {
    const [, file, definition = file] = external;
    const name = definition[0].toUpperCase() + definition.slice(1);
    imports.set(name, file);
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
  const source = forTypes(JSON.parse(readFileSync(`${root}schema/${schema}.schema.json`, 'utf8')), imports);
  source.title = name ?? source.title;
  const lines = [...imports].map(([name, from]) => `import type { ${name} } from './${from}.ts';`);
  const raw = await compile(source, source.title, {
    unreachableDefinitions: false,
    bannerComment: `// Made from schema/${schema}.schema.json by \`npm run generate\`.\n${lines.join('\n')}`,
    additionalProperties: false,
    format: false,
  });
  const biome = `${root}node_modules/@biomejs/biome/bin/biome`;
  const args = ['check', '--write', `--stdin-file-path=${file}`];
  emit(file, execFileSync(process.execPath, [biome, ...args], { cwd: root, input: raw, encoding: 'utf8' }));
}

function validator() {
  const schema = JSON.parse(readFileSync(`${root}schema/parallel.config.schema.json`, 'utf8'));
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
  const code = standaloneCode(ajv, ajv.compile(schema));
  // Built and not committed, so with --check it is enough that it can be made.
  if (check) return;
  emit('src/generated/validate-config.cjs', code);
  emit(
    'src/generated/validate-config.d.cts',
    "import type { ValidateFunction } from 'ajv';\ndeclare const validate: ValidateFunction;\nexport = validate;\n",
  );
}

async function committed() {
  await Promise.all([
    types('parallel.config', 'src/model/written-config.ts', 'WrittenConfig'),
    types('plan', 'src/model/plan.ts'),
    types('report', 'src/model/report.ts'),
    types('event', 'src/model/event.ts'),
  ]);
  const schema = JSON.parse(readFileSync(`${root}schema/parallel.config.schema.json`, 'utf8'));
  emit('docs/config.md', configReference(schema));
}

validator();
if (!process.argv.includes('--built')) await committed();

if (drifted.length > 0) {
  console.error(
    `Not what the schemas say: ${drifted.join(', ')}. Run \`npm run generate\` and commit the result.`,
  );
  process.exitCode = 1;
}
