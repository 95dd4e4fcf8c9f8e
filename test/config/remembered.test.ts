// What a config's text came to, from one command to the next: the same config, as long as text, file and disk are the same.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFile } from '../../src/base/cache-file.ts';
import type { Config } from '../../src/config/config.ts';
import { openConfig } from '../../src/config/open.ts';
import { recallConfig, revisionOf } from '../../src/config/remembered.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('config/remembered');

const SOUND = `env: { VERSION: 1.10, N: 010, T: text }
agents: { helper: { run: helper, env: { LEVEL: 1.50 } } }
resources: { db: 2 }
tasks:
  zeta:
    retry: 2
    run: npm test
    reads: [src/**, 'lib/**']
    cwd: sub
    env: { DEBUG: 1.0, __proto__: 0x1F }
  10: { run: ten, needs: [zeta] }
  2: { run: two, resources: { db: read } }
  asked: { agent: helper, prompt: think }
`;
/** So long that what it was parsed to is let go. */
const HEAVY = `# ${'-'.repeat(300_000)}\n${SOUND}`;

function rootOf(text = SOUND): string {
  const root = tempDir();
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'parallel.config.yaml'), text);
  return root;
}

const fileOf = (root: string): string => cacheFile(root, 'config') as string;
const plain = (config: Config): unknown =>
  JSON.parse(JSON.stringify({ ...config, resources: [...config.resources] }));

async function opened(root: string): Promise<Config> {
  const config = await openConfig({ cwd: root });
  if (!config.ok) throw new Error(JSON.stringify(config.diagnostics));
  return config.value;
}

const isRecalled = (root: string): boolean => recallConfig({ cwd: root }) !== undefined;

for (const [length, text] of [
  ['short', SOUND],
  ['heavy', HEAVY],
] as const) {
  test(`a recalled config is the same in all, the order of tasks and the text of numbers included: ${length}`, async () => {
    const root = rootOf(text);
    const first = await opened(root);
    assert.ok(isRecalled(root));
    const again = await opened(root);
    assert.equal(plain(again), plain(first));
    assert.equal(
      again.tasks.map(({ id }) => id),
      ['zeta', '10', '2', 'asked'],
    );
    assert.equal(again.env, { VERSION: '1.10', N: '010', T: 'text' });
    assert.equal(again.tasks[3]?.assignment?.agent.env, { LEVEL: '1.50' });
    assert.is(revisionOf(again), revisionOf(first));
  });

  test(`places are right in a recalled config: ${length}`, async () => {
    const root = rootOf(text);
    const places = [await opened(root), await opened(root)].map((config) => config.places());
    const [before, after] = await Promise.all(places);
    for (const locate of [before, after]) {
      const { line = 0, column } = locate?.('zeta', 'reads', 'lib/**') ?? {};
      assert.equal([line - (length === 'heavy' ? 1 : 0), column], [8, 21]);
    }
    assert.equal(after?.('10'), before?.('10'));
  });
}

test('what the disk has to say is asked each time, and told with its place', async () => {
  const root = rootOf();
  await opened(root);
  rmdirSync(join(root, 'sub'));
  const config = await openConfig({ cwd: root });
  assert.equal(config.ok ? [] : config.diagnostics.map(({ message, place }) => [message, place?.line]), [
    ['there is no folder `sub`', 9],
  ]);
});

test('a dotenv file that has become wrong is told', async () => {
  const root = rootOf(`dotenv: [.env]\n${SOUND}`);
  await opened(root);
  assert.ok(isRecalled(root), 'there is none');
  writeFileSync(join(root, '.env'), 'A=1\n');
  assert.ok(isRecalled(root), 'a sound one');
  writeFileSync(join(root, '.env'), 'not a variable\n');
  assert.not.ok((await openConfig({ cwd: root })).ok);
});

test('another text, other times, another file, damage: read again', async () => {
  const root = rootOf();
  const file = join(root, 'parallel.config.yaml');
  await opened(root);
  assert.ok(isRecalled(root));
  utimesSync(file, 1_000, 1_000);
  assert.not.ok(isRecalled(root), 'times');
  await opened(root);
  writeFileSync(`${file}.new`, SOUND);
  utimesSync(`${file}.new`, 1_000, 1_000);
  renameSync(`${file}.new`, file);
  assert.not.ok(isRecalled(root), 'another file of the same text');
  await opened(root);
  const kept = readFileSync(fileOf(root));
  for (const damaged of [
    '',
    '{',
    'null',
    '{"key":7}',
    '{"key":7}\n',
    kept.subarray(0, -1),
    kept.subarray(1),
  ]) {
    writeFileSync(fileOf(root), damaged);
    assert.not.ok(isRecalled(root));
    assert.is((await opened(root)).tasks.length, 4);
  }
  // As long as before, and perhaps within the same tick of the clock.
  writeFileSync(file, SOUND.replace('npm test', 'npm runs'));
  assert.equal((await opened(root)).tasks[0]?.run, ['npm runs']);
});

test('a pipe in the place of the config is refused, and not read', { timeout: 20_000 }, async () => {
  if (process.platform === 'win32') return;
  const root = rootOf();
  await opened(root);
  rmSync(join(root, 'parallel.config.yaml'));
  execFileSync('mkfifo', [join(root, 'parallel.config.yaml')]);
  const config = await openConfig({ cwd: root });
  assert.match(config.ok ? '' : (config.diagnostics[0]?.message ?? ''), /is not a file/);
});

test('two texts never share a revision, and what was changed for a purpose has none', async () => {
  const root = rootOf();
  const first = await opened(root);
  writeFileSync(join(root, 'parallel.config.yaml'), `${SOUND}# more\n`);
  const second = await opened(root);
  assert.is.not(revisionOf(first), revisionOf(second));
  assert.type(revisionOf(first), 'string');
  assert.is(revisionOf({ ...first, tasks: [...first.tasks] }), undefined);
});

test('a config with a problem leaves nothing behind', async () => {
  const wrong = rootOf(`${SOUND}  bad: { runs: x }\n`);
  assert.not.ok((await openConfig({ cwd: wrong })).ok);
  assert.not.ok(existsSync(fileOf(wrong)));
});
