// Tasks have names of their own and are told where they are written, be there several of one entry.
import { createColors } from 'picocolors';
import { SourceText } from '../../src/base/diagnostic.ts';
import type { Result } from '../../src/base/result.ts';
import type { Config } from '../../src/config/config.ts';
import { type Expander, oneEach } from '../../src/config/expand.ts';
import { parseConfig } from '../../src/config/load.ts';
import { renderDiagnostics } from '../../src/ui/diagnostics.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { lines } from './support.ts';
import { told } from './told.ts';

const test = suite('config/expand');

/** `build` stands for two tasks, of which each writes a folder of its own. */
const twoBuilds: Expander = (key, written) =>
  key === 'build'
    ? ['a', 'b'].map((name) => ({
        id: `build:${name}`,
        written: {
          ...written,
          ...(written.writes && {
            writes: [written.writes].flat().map((each) => each.replace('NAME', name)),
          }),
        },
      }))
    : oneEach(key, written);

function parse(text: string): Result<Config> {
  const root = tempDir();
  const source = new SourceText('parallel.config.yaml', text);
  return parseConfig({ path: `${root}/parallel.config.yaml`, root, source }, twoBuilds);
}

function config(text: string): Config {
  const result = parse(text);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

function problems(text: string): string[] {
  const result = parse(text);
  return result.ok
    ? []
    : told(renderDiagnostics(result.diagnostics, { colors: createColors(false), columns: 200 }));
}

const SOUND = lines`
  tasks:
    first: { run: x }
    build:
      run: make
      writes: [out/NAME/**, log]
      needs: [first]
      env: { V: 1.10 }
    last: { run: x, needs: ['build:a', 'build:b'] }
`;

test('tasks of one entry have names, places in the order and fields of their own', () => {
  const { tasks } = config(SOUND);
  assert.equal(
    tasks.map(({ id, index, writes, needs, env }) => [id, index, writes, needs, env]),
    [
      ['first', 0, [], [], {}],
      ['build:a', 1, ['out/a/**', 'log'], ['first'], { V: '1.10' }],
      ['build:b', 2, ['out/b/**', 'log'], ['first'], { V: '1.10' }],
      ['last', 3, [], ['build:a', 'build:b'], {}],
    ],
  );
});

test('each is located where its entry is written, however long the text is', async () => {
  for (const text of [SOUND, `${SOUND}# ${'-'.repeat(300_000)}\n`]) {
    const locate = await config(text).places();
    const at = (...asked: Parameters<typeof locate>): [number, number] => {
      const { line, column } = locate(...asked);
      return [line, column];
    };
    for (const id of ['build:a', 'build:b']) {
      assert.equal(at(id), [3, 3]);
      assert.equal(at(id, 'needs', 'first'), [6, 13]);
      assert.equal(at(id, 'writes', `out/${id.at(-1)}/**`), [5, 14]);
      assert.equal(at(id, 'writes', 'log'), [5, 27]);
    }
    assert.equal(at('last', 'needs', 'build:b'), [8, 38]);
    assert.equal(at('first'), [2, 3]);
    assert.equal(at('build'), [1, 1], 'no task, so that of all of them');
  }
});

/** Fields of `build`, and where something is wrong with them. */
const WRONG: [fields: string, place: string][] = [
  ["run: x, writes: ['[']", "3:29 ['[']"],
  ['run: x, writes: [.git/x]', '3:29 [.git/x]'],
  ['run: x, needs: [nobody]', '3:28 [nobody]'],
  ['run: x, agent: nobody', '3:27 [nobody]'],
  ['description: nothing to do', '3:3 [build]'],
  ['run: x, resources: { db: 3 }', '3:37 [3]'],
  ['run: x, cwd: nowhere', '3:25 [nowhere]'],
  ['run: x, timeout: soon', '3:29 [soon]'],
];

for (const [fields, place] of WRONG)
  test(`what is wrong with both is told once, where it is written: ${fields}`, () => {
    const found = problems(`tasks:\n  first: { run: x }\n  build: { ${fields} }\n`);
    assert.is(found.filter((each) => each.startsWith(`${place} `)).length, 1, found.join('\n'));
  });

test('an entry is no task where it stands for others', () => {
  assert.equal(problems('tasks:\n  build: { run: x }\n  last: { run: x, needs: [build] }\n'), [
    '3:27 [build] `last` needs `build`, but there is no such task | → the tasks are build:a, build:b, last',
  ]);
});

test('a cycle through one of them is told by their names, at the places of the entries', () => {
  assert.equal(
    problems('tasks:\n  build: { run: x, needs: [last] }\n  last: { run: x, needs: ["build:b"] }\n'),
    [
      '2:28 [last] dependency cycle: build:b → last → build:b | 3:27 `last` needs `build:b` | → remove one of these needs',
    ],
  );
});
