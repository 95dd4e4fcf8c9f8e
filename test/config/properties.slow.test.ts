/** Whatever the text is, it ends in a Config or in problems with places inside the file; and sound configs are taken. */
import fc from 'fast-check';
import { createColors } from 'picocolors';
import { stringify } from 'yaml';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { decode } from '../../src/config/decode.ts';
import { parseConfig } from '../../src/config/load.ts';
import { literally } from '../../src/config/variables.ts';
import type { WrittenConfig } from '../../src/model/written-config.ts';
import { renderDiagnostics } from '../../src/ui/diagnostics.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { config, lines } from './support.ts';

const test = suite('config/properties');

const root = tempDir();

const SOUND = lines`
  # yaml-language-server: $schema=./schema.json
  concurrency: 50%
  env: { NODE_ENV: test, VERSION: 1.10 }
  resources: { licence: 2 }
  x-defaults: &defaults { timeout: 10m, retry: { times: 2, delay: 1s } }
  tasks:
    schema:
      <<: *defaults
      run: "npm run db:generate"
      reads: [prisma/schema.prisma]
      writes:
        - src/generated/**
        - '!src/generated/x'
    日本:
      needs: [schema]
      run: |
        echo one
        echo two
    e2e: { needs: [schema], run: [a, b], resources: { licence: 1, db: read } }
  validate:
    - { name: types, run: npx tsc --noEmit, when: { changed: ['src/**'] } }
`.replace('日本', 'other');

function outcome(bytes: Buffer): { text: string; problems: Diagnostic[] } {
  const source = decode(bytes, 'parallel.config.yaml');
  if (!source.ok) return { text: bytes.toString('utf8'), problems: source.diagnostics };
  const result = parseConfig({ path: `${root}/parallel.config.yaml`, root, source: source.value });
  assert.ok(result.ok || result.diagnostics.length > 0);
  return { text: source.value.text, problems: result.ok ? [] : result.diagnostics };
}

function checkProblems(bytes: Buffer): void {
  const { text, problems } = outcome(bytes);
  const rows = text.replace(/^\uFEFF/, '').split('\n');
  for (const { message, place, related = [] } of problems) {
    assert.ok(message.length > 0);
    for (const each of [place, ...related.map((other) => other.place)]) {
      if (each === undefined) continue;
      const row = rows[each.line - 1];
      assert.ok(row !== undefined, `line ${each.line} of ${rows.length}`);
      assert.ok(each.column >= 1 && each.column <= (row ?? '').length + 1, `column ${each.column} of ${row}`);
      assert.ok(each.length >= 1);
      assert.ok(each.lines.some(({ number }) => number === each.line));
    }
  }
  const shown = renderDiagnostics(problems, { colors: createColors(false), columns: 80 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach the terminal
  assert.not.match(shown, /[\0-\x09\x0b-\x1f\x7f]|undefined|\[object/);
}

const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('delete' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.oneof(
      fc.constantFrom(
        '\t',
        ': ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '*',
        '&a ',
        '!',
        '"',
        "'",
        '#',
        '|',
        '\n',
        '\r\n',
        '<<: ',
        '~',
        '...',
        '---\n',
        '%',
        '@',
        '\\',
        '../',
        '0',
      ),
      fc.string({ maxLength: 4, unit: 'binary' }),
    ),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 30 }),
  }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, change: Mutation): string {
  const at = Math.floor(change.at * text.length);
  if (change.kind === 'insert') return text.slice(0, at) + change.text + text.slice(at);
  const without = text.slice(0, at) + text.slice(at + change.length);
  if (change.kind === 'delete') return without;
  const to = Math.floor(change.to * without.length);
  return without.slice(0, to) + text.slice(at, at + change.length) + without.slice(to);
}

test('the config that is mutated is sound', () => assert.equal(outcome(Buffer.from(SOUND)).problems, []));

test('a config with some characters changed', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (changes) =>
      checkProblems(Buffer.from(changes.reduce(mutate, SOUND))),
    ),
    { numRuns: 1_500 },
  );
});

test('a config with some bytes changed', { timeout: 60_000 }, () => {
  const change = fc.tuple(fc.integer({ min: 0, max: SOUND.length - 1 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = Buffer.from(SOUND);
      for (const [at, byte] of changes) bytes[at] = byte;
      checkProblems(bytes);
    }),
    { numRuns: 500 },
  );
});

test('any value at any place of a config', { timeout: 60_000 }, () => {
  const places = [
    '',
    'tasks',
    'tasks.a',
    'validate',
    'validate.0',
    'tasks.a.retry',
    'tasks.a.run',
    'tasks.a.reads',
    'tasks.a.needs',
    'tasks.a.env',
    'tasks.a.resources',
    'tasks.a.cwd',
    'resources',
    'env',
    'concurrency',
    'validate.0.when',
    'validate.0.when.changed',
  ];
  const value = fc.anything({
    withBoxedValues: false,
    values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true })],
    withNullPrototype: false,
    maxDepth: 3,
  });
  fc.assert(
    fc.property(fc.constantFrom(...places), value, (place, written) => {
      const whole = {
        tasks: { a: { run: 'x' } as Record<string, unknown> },
        validate: [{ name: 'v', run: 'x' }],
      };
      const path = place.split('.').filter((part) => part !== '');
      let parent: Record<string, unknown> = { whole };
      let last = 'whole';
      for (const part of path) {
        parent[last] ??= {};
        parent = parent[last] as Record<string, unknown>;
        last = part;
      }
      parent[last] = written;
      const text = stringify(place === '' ? written : whole);
      checkProblems(Buffer.from(text ?? ''));
    }),
    { numRuns: 1_000 },
  );
});

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const glob = fc.constantFrom(
  'src/**',
  'lib/*.ts',
  'a/{b,c}/**',
  '!src/x',
  '**',
  'dist/app.js',
  '*.json',
  '日本/**',
);
const globs = fc
  .array(glob, { maxLength: 3 })
  .map((list) => (list.some((each) => !each.startsWith('!')) ? list : [...list, '**']));
const command = fc.constantFrom(
  'npm test',
  "echo 'a: b' # c",
  '"x" && y',
  '[ -f x ]',
  '- x',
  '!x',
  '*',
  'multi\nline\n',
  'é 日本',
  '@x: y',
);
const commands = fc.oneof(command, fc.array(command, { minLength: 1, maxLength: 2 }));
const duration = fc.constantFrom('0s', '500ms', '1.5h', '10m');
const env = fc.dictionary(
  fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,5}$/),
  fc
    .oneof(
      fc.string().map(literally),
      fc.constantFrom('${HOME}', './bin:${PATH}', '${A:-${B-c}}d', '$1 $$ ${A}$${'),
      fc.integer(),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    .filter((each) => !String(each).includes('\0') && !Object.is(each, -0)),
  { maxKeys: 3 },
);
const optional = { requiredKeys: ['run'] as ['run'] };
const task = fc.record(
  {
    run: commands,
    description: fc.string().filter((text) => !text.includes('\0')),
    reads: globs,
    writes: globs,
    resources: fc.dictionary(word, fc.constantFrom('read', 'write', 1), { maxKeys: 3 }),
    env,
    verify: commands,
    timeout: duration,
    retry: fc.oneof(
      fc.integer({ min: 0, max: 100 }),
      fc.record({ times: fc.integer({ min: 0, max: 9 }), delay: duration }),
    ),
    onFailure: fc.constantFrom('continue', 'abort'),
    conflicts: fc.constantFrom('isolate', 'serialize', 'error', 'allow'),
    snapshotReads: fc.boolean(),
  },
  optional,
);
const names = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,5}$/), { minLength: 1, maxLength: 6 })
  .map((list) => list.filter((name) => !/^(con|prn|aux|nul|com\d|lpt\d)$/.test(name)));
const written = names
  .filter((list) => list.length > 0)
  .chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.array(task, { minLength: list.length, maxLength: list.length }),
      fc.record(
        {
          concurrency: fc.constantFrom('auto', 3, '50%'),
          env,
          barrier: fc.boolean(),
          dotenv: fc.array(word),
        },
        { requiredKeys: [] },
      ),
    ),
  )
  .map(([list, tasks, top]) => ({
    list,
    config: {
      ...top,
      // Each may need those before it, so there is no cycle.
      tasks: Object.fromEntries(
        list.map((name, at) => [
          name,
          { ...tasks[at], needs: list.slice(0, at).filter((_, other) => other % 2 === 0) },
        ]),
      ),
    } as unknown as WrittenConfig,
  }));

test('a written config that is sound becomes the same Config from YAML and from JSON', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(written, ({ list, config: whole }) => {
      // Written by hand, in the order of the list: an object would put numbers first.
      const entries = list.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(whole.tasks[name])}`);
      const { tasks: _, ...top } = whole;
      const json = `{${Object.entries(top)
        .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}, `)
        .join('')}"tasks": {${entries.join(', ')}}}`;
      const yaml = stringify({ ...top, tasks: new Map(list.map((name) => [name, whole.tasks[name]])) });
      const [one, two] = [config(json, { file: 'parallel.config.json' }), config(yaml)];
      assert.equal(
        one.tasks.map(({ id }) => id),
        list,
      );
      const data = ({ places: _l, file: _f, ...rest }: typeof one) => ({
        ...rest,
        resources: [...rest.resources],
      });
      assert.equal(data(one), data(two));
      for (const [at, { index, run, env: variables }] of one.tasks.entries()) {
        assert.is(index, at);
        assert.ok(run.length > 0);
        assert.ok(Object.values(variables).every((value) => typeof value === 'string'));
      }
    }),
    { numRuns: 300 },
  );
});
