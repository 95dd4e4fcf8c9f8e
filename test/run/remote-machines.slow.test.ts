/** More than one machine: two that use one server at once, and a server on another one, where nothing of the repository is. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Report } from '../../src/model/report.ts';
import { casd, noCasd } from '../support/casd.ts';
import { expectCode, ptask, ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { repo } from '../support/git.ts';
import { noMachines, twoMachines } from '../support/machines.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';

const quiet = suite('run/remote-machines');
const test = (name: string, reason: string | undefined, body: () => Promise<void>): void =>
  reason === undefined ? quiet(name, { timeout: 120_000 }, body) : quiet.skip(name, reason);

const names = Array.from({ length: 12 }, (_, at) => `t${at}`);

/** A repository of a few tasks, some of which are the same in every one of them. */
async function project(own: string): Promise<string> {
  const dir = join(tempDir(), 'repo');
  const tasks = Object.fromEntries(
    names.map((name, at) => [
      name,
      {
        run: `mkdir -p out/${name}; cat in/${name} shared > out/${name}/of; ln -s of out/${name}/link; chmod +x out/${name}/of`,
        ...{ reads: [`in/${name}`, 'shared'], writes: [`out/${name}/**`] },
        needs: at % 4 === 0 ? [] : [`t${at - 1}`],
      },
    ]),
  );
  write(dir, {
    'parallel.config.yaml': JSON.stringify({ tasks }),
    '.gitignore': '.ptask/\nout/\n',
    shared: 'shared\n'.repeat(100_000),
    ...Object.fromEntries(names.map((name, at) => [`in/${name}`, at % 2 === 0 ? name : `${name} ${own}`])),
  });
  await repo({ dir });
  return dir;
}

const filesIn = (dir: string): Record<string, string> =>
  Object.fromEntries(Object.entries(rawTree(dir)).filter(([path]) => !path.startsWith('.git/')));

const asked = ['run', '--remote', '--report', 'json=.ptask/report.json'];

function assertAllRemote(dir: string): void {
  const { tasks } = JSON.parse(readFileSync(join(dir, '.ptask/report.json'), 'utf8')) as Report;
  assert.equal(
    tasks.filter(({ remote }) => remote === undefined).map(({ id, remoteDenied }) => [id, remoteDenied]),
    [],
  );
}

test('two that use one server at once each get their own tree', noCasd(), async () => {
  const { url } = await casd({ jobs: 4 });
  const owns = ['one', 'other'];
  const dirs = await Promise.all(owns.map(project));
  const ran = await Promise.all(dirs.map((cwd) => ptask(asked, { cwd, env: { PTASK_REMOTE: url } })));
  for (const result of ran) expectCode(result, 0);
  for (const [at, dir] of dirs.entries()) {
    assertAllRemote(dir);
    const here = await project(owns[at] as string);
    expectCode(await ptask(['run'], { cwd: here }), 0);
    assert.equal(filesIn(dir), filesIn(here));
  }
});

test(
  'a server on a machine of its own, with nothing of the repository',
  noCasd() ?? noMachines(),
  async () => {
    const dir = await project('one');
    const { client, server } = await twoMachines({ hidden: join(dir, '..') });
    const { url } = await casd({ jobs: 4, on: server });
    const [program = '', ...first] = client.enter;
    const run = (...args: string[]) =>
      execa(
        program,
        [...first, 'sh', '-c', 'cd "$1"; shift; exec "$@"', 'sh', dir, process.execPath, ptaskBin, ...args],
        {
          ...{
            env: hermeticEnv({ PTASK_REMOTE: url }),
            extendEnv: false,
            reject: false,
            all: true,
            stdin: 'ignore',
          },
        },
      );
    const ran = await run(...asked);
    assert.is(ran.exitCode, 0, String(ran.all));
    assertAllRemote(dir);
    const here = await project('one');
    expectCode(await ptask(['run'], { cwd: here }), 0);
    assert.equal(filesIn(dir), filesIn(here));
    // It does not see the repository, by whatever name.
    write(dir, {
      'parallel.config.yaml': JSON.stringify({
        tasks: { look: { run: `test ! -e '${dir}'`, reads: [], writes: [] } },
      }),
    });
    const looked = await run(...asked);
    assert.is(looked.exitCode, 0, String(looked.all));
    assertAllRemote(dir);
    assert.ok(exists(dir, 'shared'));
  },
);
