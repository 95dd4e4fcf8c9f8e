// The remote cache on a real server, buildbox-casd: examples end with the same tree whether they run, come from the cache here, or from
// there.

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../src/cache/action.ts';
import { addressOf } from '../../src/config/remote-address.ts';
import type { Report } from '../../src/model/report.ts';
import { sourceOf, type Target } from '../../src/remote/contents.ts';
import { Engine } from '../../src/remote/engine.ts';
import { casd, noCasd } from '../support/casd.ts';
import { describeResult, type PtaskResult, projectAt } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { repo, runGit } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tree } from '../support/tmp.ts';

const test = suite('remote/casd.slow');
const missing = noCasd();

const CACHED: Record<string, (config: string) => string> = {
  'quick-start': (config) => config,
  // Its tasks say nothing of what they read, so that none of them would be cached.
  'strategy-b-worktrees': (config) =>
    `cache: true\n${config.replaceAll('writes: [src/**]', "reads: ['*.mjs', src/**]\n    writes: [src/**]")}`,
};

/** A clone of an example, as a repository of its own. */
async function clone(example: string): Promise<string> {
  const { dir, git } = await repo({ files: { '.gitignore': '.ptask\nreport.json\n' } });
  cpSync(join(repositoryRoot, 'examples', example), dir, {
    recursive: true,
    filter: (path) => !/[\\/](?:\.ptask|dist)$/.test(path),
  });
  const config = join(dir, 'parallel.config.yaml');
  writeFileSync(config, (CACHED[example] as (text: string) => string)(readFileSync(config, 'utf8')));
  await git('add', '-A');
  await git('commit', '-qm', 'example');
  return dir;
}

async function run(dir: string, url: string, ...args: string[]): Promise<PtaskResult> {
  const env = { PTASK_REMOTE: url, PTASK_REMOTE_WRITE: 'true', PTASK_REMOTE_TIMEOUT: '60s' };
  const result = await projectAt(dir).ptask('run', '--report', 'json=report.json', ...args, {
    timeout: 120_000,
    env,
  });
  assert.is(result.code, 0, describeResult(result));
  assert.not.match(result.all, /remote cache|\(node:/, describeResult(result));
  return result;
}

const hitsIn = (dir: string): string => {
  const report: Report = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'));
  const all = report.tasks.map(({ cached }) =>
    cached?.hit ? (cached.isRemote ? 'remote' : 'local') : 'none',
  );
  return [...new Set(all)].join(' ');
};

const treeIn = (dir: string): unknown => {
  const { 'report.json': _, ...files } = tree(dir, { skip: ['.git', '.ptask'] });
  return files;
};

if (missing !== undefined) test.skip('examples end with the same tree from wherever', missing);
else {
  for (const example of Object.keys(CACHED))
    test(`${example} ends with the same tree, run or from either cache`, { timeout: 300_000 }, async () => {
      const rig = await casd();
      const plain = await clone(example);
      await run(plain, 'off', '--no-cache');
      const first = await clone(example);
      await run(first, rig.url);
      assert.is(hitsIn(first), 'none');
      const second = await clone(example);
      await run(second, rig.url);
      assert.is(hitsIn(second), 'remote');
      for (const dir of [first, second]) assert.equal(treeIn(dir), treeIn(plain));
      // And what came from there is here now.
      await rig.stop();
      await runGit(second, ['checkout', '-q', '.']);
      await runGit(second, ['clean', '-qfdx', '-e', '.ptask']);
      await run(second, 'off');
      assert.is(hitsIn(second), 'local');
      assert.equal(treeIn(second), treeIn(plain));
    });

  test('two clones at once, and the server goes on from what it has kept', { timeout: 300_000 }, async () => {
    const rig = await casd();
    const clones = await Promise.all([clone('quick-start'), clone('quick-start')]);
    await Promise.all(clones.map((dir) => run(dir, rig.url)));
    const [one, other] = clones.map(treeIn);
    assert.equal(one, other);
    await rig.stop();
    const again = await casd({ store: rig.store });
    const third = await clone('quick-start');
    await run(third, again.url);
    assert.is(hitsIn(third), 'remote');
    assert.equal(treeIn(third), one);
    assert.ok(exists(third, 'dist/feed.json'));
    await again.stop();
  });

  test('contents of all sizes go there and come back, once', { timeout: 120_000 }, async () => {
    const rig = await casd();
    const parsed = addressOf(rig.url);
    if (!parsed.ok || parsed.address.kind !== 'grpc') throw new Error(rig.url);
    const endpoint = { url: rig.url, address: parsed.address, headers: {}, tls: {}, timeoutMs: 60_000 };
    const engine = new Engine({ endpoint, invocation: 'test', version: '0' });
    const sizes = [0, 1, 3_000_000, 3_900_000, 4_194_304, 9_000_000];
    const contents = [...sizes, ...Array.from({ length: 2_000 }, () => 100)].map((size, at) =>
      Buffer.alloc(size, `${at}-`),
    );
    const sources = contents.map((bytes) => sourceOf(digestOf(bytes), bytes));
    assert.ok((await engine.upload(sources)) > 20_000_000);
    assert.is(await engine.upload(sources), 0);
    let came = 0;
    const target: Target = {
      bytes: () => {
        came += 1;
      },
      draft: ({ hash }) => join(rig.store, '..', `${hash}.draft`),
      file: (_, draft) => {
        came += 1;
        rmSync(draft);
      },
    };
    await engine.download(contents.map(digestOf), target);
    assert.is(came, new Set(contents.map((bytes) => digestOf(bytes).hash)).size);
    engine.close();
    await rig.stop();
  });
}
