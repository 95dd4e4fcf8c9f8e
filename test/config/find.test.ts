/** Finding and reading the file: where it may lie, what it may be, and what is said when it is neither. */
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../src/base/result.ts';
import { CONFIG_NAMES, displayPath, type FoundConfig } from '../../src/config/config-file.ts';
import { findConfig, readConfig } from '../../src/config/find.ts';
import { loadConfig } from '../../src/config/load.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('config/find');

const CONFIG = 'tasks: {a: {run: x}}\n';

function found(result: Result<FoundConfig>): FoundConfig {
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

function refusal(result: Result<unknown>): string {
  assert.not(result.ok);
  return result.ok ? '' : result.diagnostics.map(({ message }) => message).join('\n');
}

test('every name is found, upwards, the nearest first', () => {
  for (const name of CONFIG_NAMES) {
    const dir = tempDir();
    write(dir, { [name]: CONFIG, 'a/b/': '', 'near/parallel.config.yaml': CONFIG });
    assert.is(found(findConfig(dir)).path, join(dir, name));
    const deep = found(findConfig(join(dir, 'a/b')));
    assert.equal([deep.path, deep.root], [join(dir, name), dir]);
    assert.is(found(findConfig(join(dir, 'near'))).root, join(dir, 'near'));
  }
});

test('in one folder yaml comes before yml and json, and the folder before .config', () => {
  const dir = tempDir();
  write(dir, Object.fromEntries(CONFIG_NAMES.map((name) => [name, CONFIG])));
  assert.is(found(findConfig(dir)).path, join(dir, 'parallel.config.yaml'));
});

test('a config in .config speaks of the folder above, wherever one stands', () => {
  const dir = tempDir();
  write(dir, { '.config/parallel.config.yaml': CONFIG, 'a/': '' });
  for (const from of ['', 'a', '.config']) assert.is(found(findConfig(join(dir, from))).root, dir);
  assert.is(found(readConfig('.config/parallel.config.yaml', dir)).root, dir);
});

test('a config named by --config may have any name', () => {
  const dir = tempDir();
  write(dir, { 'a/b.yml': CONFIG, 'here/': '' });
  const { root, path, source } = found(readConfig('../a/b.yml', join(dir, 'here')));
  assert.equal([root, path, source.file], [join(dir, 'a'), join(dir, 'a/b.yml'), join('..', 'a', 'b.yml')]);
});

test('a symbolic link is followed, and its own folder is the root', () => {
  const dir = tempDir();
  write(dir, { 'real/config.yaml': CONFIG, 'project/': '' });
  symlinkSync('../real/config.yaml', join(dir, 'project/parallel.config.yaml'));
  assert.is(found(findConfig(join(dir, 'project'))).root, join(dir, 'project'));
});

test('paths are told from where the person stands', () => {
  const dir = tempDir();
  write(dir, { 'parallel.config.yaml': 'tasks: 3\n', 'a/b/c/d/': '' });
  const fileFrom = (from: string): string | undefined => {
    const result = loadConfig({ cwd: join(dir, from) });
    return result.ok ? undefined : result.diagnostics[0]?.place?.file;
  };
  assert.is(fileFrom(''), 'parallel.config.yaml');
  assert.is(fileFrom('a'), join('..', 'parallel.config.yaml'));
  assert.is(fileFrom('a/b'), join('..', '..', 'parallel.config.yaml'));
  assert.is(
    fileFrom('a/b/c/d'),
    join(dir, 'parallel.config.yaml'),
    'from far away the whole path is plainer',
  );
  assert.is(displayPath(dir, dir), '.');
});

test('nothing found', () => {
  assert.is(refusal(findConfig(tempDir())), 'no parallel.config.yaml here or in any folder above');
  assert.is(refusal(readConfig('x.yaml', tempDir())), 'there is no file x.yaml');
  const dir = tempDir();
  write(dir, { file: '' });
  assert.is(refusal(readConfig('file/x.yaml', dir)), 'there is no file file/x.yaml');
});

test('what is there and is no file is not passed over', () => {
  const dir = tempDir();
  write(dir, { 'parallel.config.yaml/': '', 'parallel.config.json': '{}' });
  assert.is(refusal(findConfig(dir)), 'parallel.config.yaml is a folder');
  assert.is(refusal(readConfig('.', dir)), '. is a folder');
  assert.is(refusal(readConfig('/dev/null', dir)).replace(/^\S+/, ''), ' is not a file');
});

test('links to nothing and in circles', () => {
  const dir = tempDir();
  symlinkSync('nowhere', join(dir, 'parallel.config.yaml'));
  assert.is(refusal(findConfig(dir)), 'parallel.config.yaml is a symbolic link to nothing');
  const other = tempDir();
  symlinkSync('parallel.config.yaml', join(other, 'parallel.config.yaml'));
  assert.match(refusal(findConfig(other)), /^parallel\.config\.yaml /);
});

if (process.getuid?.() === 0) test.skip('a file that may not be read', 'root may read everything');
else {
  test('a file that may not be read', () => {
    const dir = tempDir();
    write(dir, { 'parallel.config.yaml': { content: CONFIG, mode: 0o000 } });
    assert.is(refusal(findConfig(dir)), 'no permission to read parallel.config.yaml');
    assert.is(refusal(readConfig('parallel.config.yaml', dir)), 'no permission to read parallel.config.yaml');
  });

  test('a folder that may not be looked into holds nothing', () => {
    const dir = tempDir();
    write(dir, { 'parallel.config.yml': CONFIG });
    mkdirSync(join(dir, '.config'));
    chmodSync(join(dir, '.config'), 0o000);
    assert.is(found(findConfig(dir)).path, join(dir, 'parallel.config.yml'));
    chmodSync(join(dir, '.config'), 0o700);
  });
}

test('what is larger than any config is not even parsed', () => {
  const dir = tempDir();
  write(dir, { 'parallel.config.yaml': `${CONFIG}${'#'.repeat(5 * 1024 * 1024)}` });
  const size = 'parallel.config.yaml is 5.0 MB, and a config may have at most 4 MB';
  assert.is(refusal(findConfig(dir)), size);
  assert.is(refusal(readConfig('parallel.config.yaml', dir)), size);
});

test('no code is loaded, whatever lies around', () => {
  const dir = tempDir();
  const code = 'throw new Error("loaded");';
  write(dir, {
    'parallel.config.yaml': CONFIG,
    'parallel.config.js': code,
    'parallel.config.cjs': code,
    'package.json': '{"cosmiconfig": {"searchPlaces": ["x.js"]}, "parallel": {}}',
    '.config/config.js': code,
    'x.js': code,
  });
  assert.is(found(findConfig(dir)).path, join(dir, 'parallel.config.yaml'));
});
