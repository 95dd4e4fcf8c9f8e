// The package as it is installed: its documents' links and pictures lead to files that are there.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { anchorsOf, linksOf } from './links.ts';

const test = suite('the documents of the package');

/** Packs ptask and installs it in an empty project; the folder where it lies then. */
function installed(): string {
  const dir = tempDir();
  const env = hermeticEnv({ npm_config_cache: join(dir, 'cache'), npm_config_update_notifier: 'false' });
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' });
  const [packed] = JSON.parse(
    npm(repositoryRoot, 'pack', '--json', '--ignore-scripts', '--pack-destination', dir),
  );
  assert.ok(packed.size < 1_000_000, `the package has ${packed.size} bytes`);
  write(dir, { 'package.json': '{ "name": "user", "private": true }' });
  npm(dir, 'install', '--offline', '--no-audit', '--no-fund', join(dir, packed.filename));
  return join(dir, 'node_modules/ptask');
}

test('links and pictures of all documents resolve there', { timeout: 120_000 }, () => {
  const root = installed();
  const documents = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.md'),
  );
  for (const wanted of ['README.md', 'docs/README.md', 'docs/config.md', 'examples/cache/README.md'])
    assert.ok(documents.includes(wanted), `${wanted} is not in the package`);
  assert.ok(existsSync(join(root, 'docs/picture.svg')));
  let links = 0;
  for (const document of documents) {
    for (const { target, path, anchor } of linksOf(readFileSync(join(root, document), 'utf8'))) {
      links += 1;
      const file = path === '' ? join(root, document) : resolve(root, dirname(document), path);
      assert.not.ok(relative(root, file).startsWith('..'), `${document} links out of the package: ${target}`);
      assert.ok(existsSync(file), `${document} links to ${target}`);
      if (anchor === undefined) continue;
      assert.ok(anchorsOf(readFileSync(file, 'utf8')).includes(anchor), `${document} links to ${target}`);
    }
  }
  assert.ok(links > 200, `only ${links} links were seen`);
});

test('it holds nothing that a run has left, and no script of this repository', () => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--dry-run', '--ignore-scripts'], {
      cwd: repositoryRoot,
      env: hermeticEnv({ npm_config_update_notifier: 'false' }),
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  );
  const paths: string[] = packed.files.map(({ path }: { path: string }) => path);
  assert.equal(
    paths.filter((path) =>
      /(?:^|\/)\.ptask\/|^examples\/.*\/dist\/|^(?:src|test|site|scripts)\/|picture\.mjs/.test(path),
    ),
    [],
  );
});
