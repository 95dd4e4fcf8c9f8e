// `ptask doctor`: each thing that may be wrong is found, told with a way out, and left as it is.
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, gitProject, type Project, project } from '../support/cli.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/doctor');

const CONFIG =
  'cache: true\ntasks:\n  t: { run: echo 1, reads: [a], writes: [] }\n  wait: { run: sleep 60 }\n';

/** What is not fine, as `check: text → hint`. */
async function complaints({ ptask }: Pick<Project, 'ptask'>, code = 0): Promise<string[]> {
  const { stdout } = expectCode(await ptask('doctor', '--json'), code);
  const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
  return findings
    .filter(({ status }) => status !== 'ok')
    .map(({ check, text, hint }) => `${check}: ${text}${hint === undefined ? '' : ` → ${hint}`}`);
}

test('all is well, and nothing is changed', async () => {
  const made = await gitProject({ config: CONFIG, files: { a: '' } });
  const files = (): Record<string, string> =>
    Object.fromEntries(Object.entries(rawTree(made.dir)).filter(([path]) => !path.startsWith('.git/ptask/')));
  const before = files();
  assert.equal(await complaints(made), []);
  const { stdout } = expectCode(await made.ptask('doctor'), 0);
  assert.match(stdout, /^✔ node +v\d+.*\n✔ git +\d+\..*\n✔ config +parallel\.config\.yaml, 2 tasks\n/);
  assert.match(stdout, /✔ cache +1 cached task, 0 results, 0 bytes\n/);
  assert.equal(files(), before);
});

test('the config', async () => {
  const none = await gitProject({ files: { a: '' } });
  const [missing = ''] = await complaints(none, 1);
  assert.match(missing, /^config: no parallel\.config\.yaml here .* → [^\n]+$/);
  const wrong = await gitProject({ config: 'tasks: { a: 3, b: 4 }\n' });
  assert.match(
    (await complaints(wrong, 1)).join(),
    /^config: parallel\.config\.yaml:1:13 .*, and 1 more error → ptask check/,
  );
});

test('git', async () => {
  assert.equal(await complaints(project(CONFIG)), [
    'git: no repository here: tasks get no worktrees → git init',
  ]);
  const made = await gitProject({ config: CONFIG });
  writeFileSync(join(made.dir, '.git/MERGE_HEAD'), '');
  assert.equal(await complaints(made), ['git: tasks get no worktrees: a merge is in progress']);
});

const locked = (version: string, more: object = {}): string =>
  JSON.stringify({ packages: { '': {}, 'node_modules/@x/one': { version }, ...more } });

test('packages', async () => {
  const optional = { 'node_modules/fsevents': { version: '1.0.0', optional: true } };
  const made = await gitProject({
    config: CONFIG,
    files: { 'package-lock.json': locked('1.0.0', optional) },
  });
  assert.equal(await complaints(made, 1), ['packages: nothing is installed → npm ci']);
  made.write({ 'node_modules/.package-lock.json': locked('1.0.0') });
  assert.equal(await complaints(made), []);
  made.write({ 'node_modules/.package-lock.json': locked('1.0.1') });
  assert.equal(await complaints(made), [
    'packages: 1 package is not installed as package-lock.json says, e.g. @x/one → npm ci',
  ]);
  rmSync(join(made.dir, 'package-lock.json'));
  made.write({ 'pnpm-lock.yaml': 'a: 1\n', 'node_modules/.pnpm/lock.yaml': 'a: 1\n' });
  assert.equal(await complaints(made), []);
  made.write({ 'pnpm-lock.yaml': 'a: 2\n' });
  assert.equal(await complaints(made), [
    'packages: what is installed is not what pnpm-lock.yaml says → pnpm install',
  ]);
});

test('hooks that git does not run', async () => {
  const made = await gitProject({ config: CONFIG });
  made.write({ '.husky/pre-commit': 'npx ptask\n' });
  assert.equal(await complaints(made), ['hooks: .husky has hooks, and git does not run them → npx husky']);
  rmSync(join(made.dir, '.husky'), { recursive: true });
  made.write({ 'lefthook.yml': '' });
  assert.match((await complaints(made)).join(), /^hooks: lefthook\.yml is there.* → npx lefthook install$/);
  rmSync(join(made.dir, 'lefthook.yml'));
  made.write({ '.githooks/pre-push': { content: '#!/bin/sh\nptask\n', mode: 0o644 } });
  assert.match((await complaints(made)).join(), /git config core\.hooksPath \.githooks$/);
  await made.git('config', 'core.hooksPath', '.githooks');
  assert.equal(await complaints(made), [
    'hooks: .githooks/pre-push is not executable, so git passes it over → chmod +x .githooks/pre-push',
  ]);
  chmodSync(join(made.dir, '.githooks/pre-push'), 0o755);
  assert.equal(await complaints(made), []);
  assert.match((await made.ptask('doctor')).stdout, /✔ hooks +pre-push runs ptask\n/);
});

test('what a killed run has left', async () => {
  const made = await gitProject({ config: CONFIG });
  const killed = made.start('wait', '--verbose', { signalAfter: { when: /wait/, signal: 'SIGKILL' } });
  await killed.result;
  assert.equal(await complaints(made), ['runs: a run was killed here, and has left changes → ptask clean']);
  expectCode(await made.ptask('clean'), 0);
  assert.equal(await complaints(made), []);
});
