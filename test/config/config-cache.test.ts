// What a long config came to, remembered: the same config, the same places, and nothing that is no longer so.
import { existsSync, mkdirSync, readFileSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFile } from '../../src/base/cache-file.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('config/config-cache');

const SOUND = `env: { VERSION: 1.10, N: 010, T: text }
tasks:
  zeta:
    retry: 2
    run: npm test
    reads: [src/**, 'lib/**']
    cwd: sub
    env: { DEBUG: 1.0, __proto__: 0x1F }
  10: { run: ten, needs: [zeta] }
  2: { run: two, resources: { db: read } }
`;

const LONG = `# ${'-'.repeat(9_000)}\n${SOUND}`;
/** So long that what it was parsed to is let go. */
const HEAVY = `# ${'-'.repeat(300_000)}\n${SOUND}`;

function rootOf(text = LONG): string {
  const root = tempDir();
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'parallel.config.yaml'), text);
  return root;
}

const fileOf = (root: string): string => cacheFile(root, 'config') as string;
const plain = (config: Config): unknown =>
  JSON.parse(JSON.stringify({ ...config, resources: [...config.resources] }));

function loaded(root: string): Config {
  const config = loadConfig({ cwd: root });
  if (!config.ok) throw new Error(JSON.stringify(config.diagnostics));
  return config.value;
}

/** Whether the next config is recalled: what is remembered is given another command. */
function isRecalled(root: string): boolean {
  if (!existsSync(fileOf(root))) return false;
  writeFileSync(fileOf(root), readFileSync(fileOf(root), 'utf8').replace('"npm test"', '"marked"'));
  return loaded(root).tasks[0]?.run[0] === 'marked';
}

for (const [length, text] of [
  ['long', LONG],
  ['heavy', HEAVY],
] as const) {
  test(`a recalled config is the same in all, the order of tasks and the text of numbers included: ${length}`, () => {
    const root = rootOf(text);
    const first = loaded(root);
    assert.ok(existsSync(fileOf(root)));
    const again = loaded(root);
    assert.equal(plain(again), plain(first));
    assert.equal(
      again.tasks.map(({ id }) => id),
      ['zeta', '10', '2'],
    );
    assert.equal(again.env, { VERSION: '1.10', N: '010', T: 'text' });
    assert.ok(isRecalled(root));
  });

  test(`places are right in a recalled config: ${length}`, () => {
    const root = rootOf(text);
    const first = loaded(root);
    const again = loaded(root);
    for (const config of [first, again]) {
      const { line, column } = config.locate('zeta', 'reads', 'lib/**');
      assert.equal([line, column], [7, 21]);
    }
    assert.equal(again.locate('10').line, first.locate('10').line);
  });
}

test('what the disk has to say is asked each time, and told with its place', () => {
  const root = rootOf();
  loaded(root);
  rmdirSync(join(root, 'sub'));
  const config = loadConfig({ cwd: root });
  assert.not.ok(config.ok);
  assert.equal(config.ok ? [] : config.diagnostics.map(({ message, place }) => [message, place?.line]), [
    ['there is no folder `sub`', 8],
  ]);
});

test('another text, another time, damage: parsed again', () => {
  const root = rootOf();
  loaded(root);
  assert.ok(isRecalled(root));
  utimesSync(join(root, 'parallel.config.yaml'), 1_000, 1_000);
  assert.not.ok(isRecalled(root), 'times');
  for (const text of ['', '{', 'null', '{"key":7}']) {
    writeFileSync(fileOf(root), text);
    assert.is(loaded(root).tasks.length, 3, text);
  }
  writeFileSync(join(root, 'parallel.config.yaml'), LONG.replace('npm test', 'npm run other'));
  assert.equal(loaded(root).tasks[0]?.run, ['npm run other']);
});

test('a short config, and one with a problem, leave nothing behind', () => {
  const short = rootOf('tasks: { a: { run: x } }\n');
  loaded(short);
  const wrong = rootOf(`${LONG}  bad: { runs: x }\n`);
  assert.not.ok(loadConfig({ cwd: wrong }).ok);
  for (const root of [short, wrong]) assert.not.ok(existsSync(fileOf(root)));
});
