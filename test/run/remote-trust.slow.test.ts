// Who decides how a run speaks with the remote cache, and what nobody gets to read of that.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeResult, type Project, type PtaskResult, project } from '../support/cli.ts';
import { fakeRemote, Refusal } from '../support/fake-remote.ts';
import { httpFiles } from '../support/http-files.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('run/remote-trust.slow');

interface Parts {
  /** Of `cache.remote`. */
  remote?: string;
  /** Of the config. */
  more?: string;
  run?: string;
}

const made = (
  url: string,
  { remote = 'write: ci', more = '', run = 'echo one > one' }: Parts = {},
): Project =>
  project(`
cache: { enabled: true, remote: { url: '${url}', ${remote} } }
${more}
tasks: { one: { run: ${JSON.stringify(run)}, reads: [], writes: [one] } }
`);

const run = async (of: Project, env = {}): Promise<PtaskResult> => {
  const result = await of.ptask('run', { env });
  assert.is(result.code, 0, describeResult(result));
  return result;
};

test('the config and dotenv files make nobody trusted, and send nothing elsewhere', async () => {
  const server = await httpFiles();
  const other = await httpFiles();
  const PUSH = {
    ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push' },
    ...{ GITHUB_REF_NAME: 'main', GITHUB_REF_TYPE: 'branch' },
  };
  const own = {
    ...PUSH,
    ...{ PTASK_REMOTE: other.url, PTASK_REMOTE_WRITE: 'true', PTASK_REMOTE_TIMEOUT: 'soon' },
    PTASK_REMOTE_HEADER: 'x: y',
  };
  const inConfig = made(server.url, { more: `env: ${JSON.stringify(own)}` });
  const said = await run(inConfig);
  assert.not.match(said.all, /remote cache/);
  const inFile = made(server.url, { more: 'dotenv: .env' });
  write(inFile.dir, {
    '.env': Object.entries(own)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  });
  await run(inFile);
  for (const of of [inConfig, inFile])
    assert.match((await of.ptask('cache')).stdout, /read-only: this is not CI/);
  assert.equal(other.calls, []);
  assert.ok(server.calls.length > 0);
  assert.equal(
    server.calls.filter((call) => call.startsWith('PUT')),
    [],
  );
  await run(made(server.url), PUSH);
  assert.ok(server.calls.some((call) => call.startsWith('PUT')));
});

test('a dotenv file may hold the token, for a run and for who asks how it is', async () => {
  const server = await fakeRemote();
  const headers = "write: true, headers: { authorization: 'Bearer ${CACHE_WORD}' }";
  const of = made(server.url, { remote: headers, more: 'dotenv: .env\nenv: { CACHE_WORD: other }' });
  write(of.dir, { '.env': 'CACHE_WORD=from-the-file\n' });
  await run(of);
  assert.is(server.metadata.get('authorization'), 'Bearer from-the-file');
  server.metadata.clear();
  assert.match((await of.ptask('cache')).stdout, / answers; results are stored/);
  assert.is(server.metadata.get('authorization'), 'Bearer from-the-file');
});

test('what a server says back of our headers is not shown, nor more than a few lines of it', async () => {
  const server = await fakeRemote();
  const word = 'dGhlIHdvcmQ0MjQy';
  const said = `who is ${word}, "Bearer ${word}" of my-team? ${'x'.repeat(400)}END`;
  server.on('getActionResult', () => new Refusal(16, said));
  const remote = "headers: { authorization: 'Bearer ${CACHE_WORD}', x-group: my-team }";
  const of = made(server.url, { remote });
  const env = { CACHE_WORD: word };
  const all = [await run(of, env), await of.ptask('cache', { env }), await of.ptask('doctor', { env })];
  for (const result of all) {
    assert.match(
      result.all.replace(/\s+/g, ' '),
      /it wants a valid token \(who is \*\*\*, "\*\*\*" of \*\*\*\?/,
      describeResult(result),
    );
    assert.not.match(result.all, /dGhlIHdvcmQ|my-team|END/, describeResult(result));
  }
  assert.not.match(JSON.stringify(rawTree(join(of.dir, '.ptask'))), /dGhlIHdvcmQ/);
});

test('the header of the environment reaches no task, and is masked where a task knows it all the same', async () => {
  const server = await fakeRemote();
  const env = { PTASK_REMOTE_HEADER: 'authorization: Bearer a1b2c3d4e5', PTASK_REMOTE_WRITE: 'true' };
  const of = made(server.url, { run: 'env > one; w=a1b2c3; echo ${w}d4e5 is it' });
  await run(of, env);
  assert.is(server.metadata.get('authorization'), 'Bearer a1b2c3d4e5');
  assert.not.match(readFileSync(join(of.dir, 'one'), 'utf8'), /REMOTE_HEADER|a1b2c3d4e5/);
  const everything = [...server.blobs.values()].map((bytes) => bytes.toString('latin1')).join('\n');
  assert.match(everything, /\*\*\* is it/);
  assert.not.match(everything + JSON.stringify(rawTree(join(of.dir, '.ptask'))), /a1b2c3d4e5/);
});
