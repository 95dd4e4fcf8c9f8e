// `ptask report` and `ptask run --report` as a user meets them.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, open } from '../html/browser.ts';
import { problems } from '../report/schemas.ts';
import { expectCode, expectOutput, gitProject, type Project, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('cli/report');
const SLOW = { timeout: 60_000 };

const CONFIG = `tasks:
  schema: { run: 'echo 2 > gen.txt; echo generated', writes: [gen.txt] }
  api: { run: 'sed s/b/B/ list.txt > new && cat new > list.txt && rm new', writes: [list.txt], strays: ignore }
  web: { run: 'echo end >> list.txt', writes: [list.txt] }
  e2e: { run: 'echo boom; exit 3', needs: [api] }
`;
const FILES = { 'list.txt': 'a\nb\nc\nd\ne\nf\ng\n', 'gen.txt': '1\n', '.gitignore': '.ptask/\n' };

async function ran(): Promise<Project> {
  const made = await gitProject({ config: CONFIG, files: FILES });
  expectCode(await made.ptask('run', '--reporter', 'silent'), 1);
  return made;
}

const runOf = ({ dir }: Project): string =>
  join(dir, '.ptask/runs', readdirSync(join(dir, '.ptask/runs'))[0] as string);

/** What the page was given. */
const dataOf = (page: string) =>
  JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1] ?? '') as {
    tasks: {
      id: string;
      diff?: { text: string };
      noDiff?: string;
      output?: { text: string; href?: string };
    }[];
  };

test('every format on stdout, each as it should be', SLOW, async () => {
  const made = await ran();
  const json = expectCode(await made.ptask('report', '--format', 'json'), 0);
  assert.equal(problems('report', JSON.parse(json.stdout)), []);
  assert.is((await made.ptask('report', '--json')).stdout, json.stdout);
  expectOutput(await made.ptask('report', '--format', 'md'), /^# ⚠️ PARALLEL-/, 'stdout');
  expectOutput(
    await made.ptask('report', '--format', 'junit'),
    /<failure type="failed" message="exit code 3">/,
    'stdout',
  );
  expectOutput(await made.ptask('report', '--format', 'html'), /^<!DOCTYPE html>/, 'stdout');
  expectOutput(await made.ptask('report'), /e2e failed: exit code 3/, 'stdout');
});

test('the diff of each task is what that task has changed', SLOW, async () => {
  const made = await ran();
  const page = (await made.ptask('report', '--format', 'html')).stdout;
  const diff = (id: string) => dataOf(page).tasks.find((task) => task.id === id)?.diff?.text ?? '';
  assert.match(diff('schema'), 'diff --git a/gen.txt b/gen.txt');
  assert.match(diff('schema'), '-1\n+2\n');
  assert.match(diff('api'), '-b\n+B\n');
  assert.not.match(diff('api'), '+end');
  assert.match(diff('web'), ' g\n+end\n');
  assert.not.match(diff('web'), '+B');
  assert.is(diff('e2e'), '');
  assert.equal(
    readdirSync(runOf(made)).filter((name) => name.startsWith('diff-')),
    [],
  );
});

test('diffs of files with any name, new, gone and of bytes, of a config below the top', SLOW, async () => {
  const files = {
    'sub/parallel.config.yaml': `tasks:
  one: { run: 'echo 1 > "n e\u00e9w.txt"; rm gone.txt; head -c 9 /dev/zero > zero.bin', writes: ['**'] }
`,
    'sub/gone.txt': 'was here\n',
    '.gitignore': '.ptask/\n',
  };
  const made = await gitProject({ files });
  expectCode(await made.ptask('run', '--cwd', 'sub'), 0);
  const page = (await made.ptask('report', '--cwd', 'sub', '--format', 'html')).stdout;
  const diff = dataOf(page).tasks[0]?.diff?.text ?? '';
  assert.match(diff, '+++ b/n e\u00e9w.txt');
  assert.match(diff, '--- a/gone.txt\n+++ /dev/null\n');
  assert.match(diff, '-was here\n');
  assert.match(diff, /Binary files .*zero\.bin differ/);
  assert.match(diff, 'diff --git a/gone.txt b/gone.txt\ndeleted file');
  assert.match(diff, 'diff --git a/zero.bin b/zero.bin\nnew file');
  assert.not.match(diff, /[ab]\/0\//);
});

test('where a file was edited since there is no diff, and the page says why', SLOW, async () => {
  const made = await ran();
  write(made.dir, { 'gen.txt': 'mine\n' });
  const page = (await made.ptask('report', '--format', 'html')).stdout;
  const schema = dataOf(page).tasks[0];
  assert.is(schema?.diff, undefined);
  assert.match(schema?.noDiff ?? '', 'changed since the run');
});

test('to a file, whose folder is made, and from which links lead to the outputs', SLOW, async () => {
  const made = await ran();
  const said = expectCode(await made.ptask('report', '--format', 'html', '-o', 'out/deep/r.html'), 0);
  assert.is(said.stdout, 'out/deep/r.html\n');
  const page = readFileSync(join(made.dir, 'out/deep/r.html'), 'utf8');
  const { href = '' } = dataOf(page).tasks[0]?.output ?? {};
  const target = new URL(href, pathToFileURL(join(made.dir, 'out/deep/r.html')));
  assert.is(readFileSync(target, 'utf8'), 'generated\n');
});

test('what cannot be is refused in a sentence', SLOW, async () => {
  const made = await ran();
  const cases: [string[], RegExp][] = [
    [
      ['--format', 'xml'],
      /invalid value `xml` for `--format <format>`\n {2}→ expected one of text, md, json, junit, html/,
    ],
    [['--output', 'x.md'], /give a --format/],
    [['--open', '--format', 'md'], /a md report cannot be opened/],
    [['--format', 'md', '--output', 'list.txt/x'], /the report cannot be written/],
    [['--format', 'md', '--output', 'list.txt/x/y'], /the report cannot be written/],
  ];
  const nowhere: typeof cases = [
    [['--format', 'md', '--output', '/proc/nowhere/x'], /the report cannot be written/],
  ];
  if (process.platform === 'linux') cases.push(...nowhere);
  for (const [args, said] of cases)
    expectOutput(expectCode(await made.ptask('report', ...args), 2), said, 'stderr');
});

test('--open writes the page into the folder of the run and hands it to the system', SLOW, async () => {
  if (process.platform !== 'linux') return;
  const made = await ran();
  const bin = tempDir();
  const told = join(bin, 'told');
  execFileSync('mkfifo', [told]);
  write(bin, { 'xdg-open': { content: `#!/bin/sh\necho "$1" > "${told}"\n`, mode: 0o755 } });
  const env = { DISPLAY: ':99', PATH: `${bin}:${process.env.PATH}` };
  const opened = readFile(told, 'utf8');
  const { stdout } = expectCode(await made.ptask('report', '--open', { env }), 0);
  const page = join(runOf(made), 'report.html');
  assert.is(join(made.dir, stdout.trim()), page);
  assert.ok(existsSync(page));
  assert.is((await opened).trim(), page);
});

test('without a display --open only says where the page is', SLOW, async () => {
  if (process.platform !== 'linux') return;
  const made = await ran();
  const env = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
  const said = expectCode(await made.ptask('report', '--open', { env }), 0);
  assert.match(said.stdout, /report\.html\n$/);
  assert.match(said.stderr, 'no display');
});

test('run --report writes what is asked for, and a file that cannot be is a warning', SLOW, async () => {
  const made = project({ config: 'tasks:\n  a: { run: echo hi }\n' });
  const args = ['run', '--report', 'junit=out/r.xml', '--report=html=r.html', '--report', 'md=r.html/x'];
  const said = expectCode(await made.ptask(...args), 0);
  assert.match(said.stderr, /warning the report r\.html\/x cannot be written/);
  assert.match(readFileSync(join(made.dir, 'out/r.xml'), 'utf8'), '<testcase name="a"');
  assert.match(readFileSync(join(made.dir, 'r.html'), 'utf8'), '<!DOCTYPE html>');
  const wrong = expectCode(await made.ptask('run', '--report', 'xml=x'), 2);
  assert.match(wrong.stderr, /formats\s+are\s+md,\s+json,\s+junit,\s+html/);
});

test('GitHub gets its summary, and a warning where it cannot be written', SLOW, async () => {
  const made = project({ config: 'tasks:\n  a: { run: echo hi }\n' });
  const file = join(tempDir(), 'summary.md');
  const env = { GITHUB_STEP_SUMMARY: file };
  expectCode(await made.ptask('run', { env }), 0);
  expectCode(await made.ptask('run', '--dry-run', { env }), 0);
  assert.is(readFileSync(file, 'utf8').match(/^# ✅/gm)?.length, 1);
  const gone = { GITHUB_STEP_SUMMARY: join(tempDir(), 'no/such') };
  expectOutput(
    expectCode(await made.ptask('run', { env: gone }), 0),
    /warning the summary of the step/,
    'stderr',
  );
});

const inBrowser = (name: string, body: () => Promise<void>): void =>
  chromium === undefined
    ? test.skip(name, 'there is no Chromium on this machine', body)
    : test(name, SLOW, body);

inBrowser('the page of a real run opens from disk and shows it', async () => {
  const made = await ran();
  expectCode(await made.ptask('report', '--format', 'html', '-o', 'r.html'), 0);
  const { page, problems } = await open(pathToFileURL(join(made.dir, 'r.html')).href);
  await page.locator('#task-table').getByRole('button', { name: 'web', exact: true }).click();
  assert.match(await page.locator('dialog').innerText(), '+end');
  assert.equal(problems, []);
  await page.context().close();
});

test('a secret that a task has written is masked in the diffs of the page', async () => {
  const tasks = { a: { run: 'echo "key is $MY_KEY" > f', writes: ['f'] } };
  const made = await gitProject({ config: JSON.stringify({ secrets: ['MY_KEY'], tasks }) });
  const env = { MY_KEY: 'hunter2hunter2' };
  expectCode(await made.ptask('run', '--report', 'html=r.html', { env }), 0);
  const pages = [
    readFileSync(join(made.dir, 'r.html'), 'utf8'),
    (await made.ptask('report', '--format', 'html', { env })).stdout,
  ];
  for (const page of pages) {
    assert.match(page, 'key is ***');
    assert.not.match(page, 'hunter2');
  }
});

test('a config that is broken by now keeps nobody from reading of the last run', async () => {
  const made = await gitProject({ config: 'tasks: { a: { run: echo said } }' });
  expectCode(await made.ptask('run'), 0);
  made.write({ 'parallel.config.yaml': 'tasks: { a: { rum: echo } }' });
  expectOutput(expectCode(await made.ptask('report'), 0), /1 passed/, 'stdout');
  expectOutput(expectCode(await made.ptask('report', '--format', 'junit'), 0), /testcase name="a"/, 'stdout');
  expectOutput(expectCode(await made.ptask('log', 'a'), 0), /said/, 'stdout');
  expectOutput(expectCode(await made.ptask('report', '--format', 'html'), 2), /`rum`/, 'stderr');
});
