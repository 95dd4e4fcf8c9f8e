import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOGGED_MS } from '../../src/state/task-facts.ts';
import { cachedRun } from '../report/cached.ts';
import { expectCode, expectOutput, type Project, project, ptask, ptaskBin } from '../support/cli.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('cli/logs');

/** The folder of the only run. */
function runFolder({ dir }: Project): string {
  const runs = join(dir, '.ptask/runs');
  return join(runs, readdirSync(runs)[0] ?? '');
}

function everyFile(folder: string): [string, string][] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')]);
}

const note = (words: string): string => `"$NODE" "$PTASK" note ${words}`;
const programs = { NODE: process.execPath, PTASK: ptaskBin };

test('what a task notes is in its log, and the log of the run is there', async () => {
  const made = project(`tasks:
  api:
    writes: [a.txt]
    run:
      - ${JSON.stringify(note('understanding what it is'))}
      - ${JSON.stringify(`${note("issue 'no | index' --severity high --resolution 'made one'")}; ${note("plan '- one'")}`)}
      - ${JSON.stringify(`${note('file a.txt the result')}; echo x > a.txt; printf 'handoff: see a.txt' >> "$PTASK_LOG"`)}
  after: { run: 'false', needs: [api] }
  last: { run: 'true', needs: [after] }
`);
  expectCode(await made.ptask({ env: programs }), 1);
  const shown = expectCode(await made.ptask('log', '--md', 'api'), 0).stdout;
  assert.is(shown, readFileSync(join(runFolder(made), 'tasks/api.md'), 'utf8'));
  for (const part of [
    '## My Understanding\n\n> what it is\n',
    '## Execution Plan\n\n> - one\n',
    '| `a.txt` | created | the result |\n',
    '| no \\| index | high | made one |\n',
    '- Status: **Complete**\n',
    'Handoff notes:\n\n> see a.txt\n',
  ])
    assert.ok(shown.includes(part), `${part} is not in\n${shown}`);
  const whole = expectCode(await made.ptask('log', '--md'), 0).stdout;
  assert.match(whole, /^# Orchestrator log: PARALLEL-/);
  assert.match(whole, /State: finished at/);
  const never = await made.ptask('log', '--md', 'last');
  expectOutput(expectCode(never, 2), /`last` has no such log .*: it was skipped before it began/, 'stderr');
});

test('a journal of another version is refused in one sentence', async () => {
  const made = project("tasks:\n  a: { run: 'echo said' }\n");
  expectCode(await made.ptask('run', '--quiet'), 0);
  const journal = join(runFolder(made), 'events.ndjson');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('"schemaVersion":2', '"schemaVersion":1'));
  for (const words of [['report'], ['report', '--format', 'html']]) {
    const { stderr, stdout } = expectCode(await made.ptask(...words), 2);
    assert.match(stderr, /the journal of run \S+ is in another version of the format/);
    assert.is(stdout, '');
  }
});

test('what a task had changed before it was rolled back is still told', async () => {
  const made = project(
    "tasks:\n  bad: { run: 'echo half > out.txt; exit 3', writes: [out.txt], onFailure: rollback }\n",
  );
  expectCode(await made.ptask(), 1);
  const whole = expectCode(await made.ptask('log', '--md'), 0).stdout;
  assert.match(whole, /Recovery: \*\*rollback\*\*/);
  assert.match(whole, /Files modified before the failure: created `out.txt`\n/);
  const log = expectCode(await made.ptask('log', '--md', 'bad'), 0).stdout;
  assert.match(log, /\| `out.txt` \| created, restored \|/);
});

test('of a result from the cache, which has no file of its own, the journal tells', async () => {
  const made = project("tasks:\n  a: { run: 'true' }\n");
  const [first] = cachedRun();
  const run = { ...first, root: made.dir };
  const journal = [run, ...cachedRun().slice(1)].map((event) => `${JSON.stringify(event)}\n`).join('');
  write(made.dir, { '.ptask/runs/PARALLEL-20250314-092653-589/events.ndjson': journal });
  const all = expectCode(await made.ptask('log'), 0).stdout;
  assert.match(all, /^build {2}passed {5} {2}cached {2}5 bytes\n/);
  const shown = expectCode(await made.ptask('log', '--md', 'build'), 0).stdout;
  assert.match(shown, '- Started: no, its result came from the cache, made in 1m 20s\n');
  const report = expectCode(await made.ptask('report', '--format', 'md'), 0).stdout;
  assert.match(report, '| `build` | ✅ passed: cached (saved 1m 20s) |');
});

test('a run that is killed leaves true logs', async () => {
  const rig = await puppets();
  const made = project(`tasks:\n  api: { run: ${JSON.stringify(rig.command('api'))}, writes: [a.txt] }\n`);
  const running = made.start('--reporter', 'silent', {});
  const api = await rig.nextInvocation('api');
  const path = join(runFolder(made), 'tasks/api.md');
  // The log is written soon after the task has begun, and nobody is told when.
  while (!everyFile(runFolder(made)).some(([file, text]) => file === path && text !== ''))
    await new Promise(setImmediate);
  running.kill('SIGKILL');
  await running.result;
  const log = readFileSync(path, 'utf8');
  assert.match(log, / started in the shared tree\n/);
  assert.match(log, /- Status: running\n/);
  const whole = readFileSync(join(runFolder(made), 'orchestrator.md'), 'utf8');
  assert.match(whole, /State: running, as of/);
  assert.not.match(whole, /`api` passed/);
  const shown = expectCode(await made.ptask('log', '--md', 'api'), 0);
  assert.is(shown.stdout, log);
  expectOutput(shown, /^note run PARALLEL-\S+ was killed: this log ends there\n$/, 'stderr');
  await api.exit(0);
});

test('what a task has printed can be read while it runs, and when its run was killed', async () => {
  const rig = await puppets();
  const made = project(`tasks:\n  api: { run: ${JSON.stringify(`echo four; ${rig.command('api')}`)} }\n`);
  const running = made.start('--reporter', 'silent', {});
  const api = await rig.nextInvocation('api');
  // What it has printed can be read soon after, and nobody is told when.
  while ((await made.ptask('log', 'api')).stdout !== 'four\n');
  assert.not.ok(existsSync(join(runFolder(made), 'tasks/api.out')));
  running.kill('SIGKILL');
  await running.result;
  expectOutput(expectCode(await made.ptask('log'), 0), /^api +cancelled .* 5 bytes$/m);
  assert.is(expectCode(await made.ptask('log', 'api'), 0).stdout, 'four\n');
  await api.exit(0);
});

test('what a task that had nothing to say did is told all the same', async () => {
  const made = project('tasks: { quiet: { run: "true" } }\n');
  expectCode(await made.ptask(), 0);
  // One that a busy machine has taken long for is worth a log.
  const { durationMs } = JSON.parse(readFileSync(join(runFolder(made), 'report.json'), 'utf8')).tasks[0];
  assert.equal(readdirSync(join(runFolder(made), 'tasks')), durationMs < LOGGED_MS ? [] : ['quiet.md']);
  const told = expectCode(await made.ptask('log', '--md', 'quiet'), 0);
  expectOutput(told, /^# Task log: quiet\n[\s\S]*Status: \*\*Complete\*\*/, 'stdout');
  assert.is(expectCode(await made.ptask('log', 'quiet'), 0).stdout, '');
});

test('a task that was done before has its log in the run that did it', async () => {
  const made = project(`tasks:
  a: { run: 'true', checkpoint: true, writes: [a] }
  all: { needs: [a] }
  b: { run: 'false', needs: [a] }
validate: [{ name: step, run: 'true' }]
`);
  expectCode(await made.ptask(), 1);
  const earlier = readdirSync(join(made.dir, '.ptask/runs'))[0];
  expectCode(await made.ptask('run', '--resume'), 1);
  const a = expectCode(await made.ptask('log', '--md', 'a'), 2);
  expectOutput(a, new RegExp(`done in run ${earlier}\\n.*ptask log --md a --run ${earlier}`), 'stderr');
  expectCode(await made.ptask('log', '--md', 'a', '--run', `${earlier}`), 0);
  expectOutput(expectCode(await made.ptask('log', '--md', 'step'), 2), /it is a validation step/, 'stderr');
});

test('a secret is in no file of the run and not on the terminal; those who need a value get it', async () => {
  const secrets = { API_TOKEN: 'tok+9/xyz-secret', PIN: '4711', MULTI_SECRET: 'first-line-0\nsecond-line' };
  const made = project(`secrets: [PIN]
tasks:
  say:
    run:
      - 'echo "$API_TOKEN $PIN"; echo "$MULTI_SECRET"; printf %s "$API_TOKEN" | base64'
      - 'printf tok+9; true; echo /xyz-secret'
      - 'echo "handoff: it is $API_TOKEN" >> "$PTASK_LOG"; echo "token=$API_TOKEN" >> "$PTASK_OUTPUT"'
  use:
    needs: [say]
    run: 'grep -q "tok+9/xyz-secret" "$PTASK_OUTPUTS"; echo "found $?"'
  fail: { run: 'echo "wrong $API_TOKEN" >&2; exit 1', needs: [use] }
`);
  const result = expectCode(await made.ptask('--verbose', { env: secrets }), 1);
  expectOutput(result, /\*\*\* \*\*\*/);
  expectOutput(result, /found 0/);
  expectOutput(result, /wrong \*\*\*/);
  const base64 = Buffer.from(secrets.API_TOKEN).toString('base64').replace(/=+$/, '');
  const values = [secrets.API_TOKEN, secrets.PIN, 'first-line-0', 'second-line', base64];
  for (const value of values) assert.not(result.all.includes(value), `${value} in ${result.all}`);
  // A masked value is whole, and is not told to have been cut.
  assert.match(
    readFileSync(join(runFolder(made), 'tasks/say.md'), 'utf8'),
    /^\| `token` \| \\\*\\\*\\\* \|$/m,
  );
  // What stands in the config itself is masked where it is shown.
  assert.match(readFileSync(join(runFolder(made), 'tasks/use.md'), 'utf8'), /grep -q "\*\*\*"/);
  for (const [path, text] of everyFile(runFolder(made)))
    for (const value of [secrets.API_TOKEN, 'first-line-0', 'second-line', base64])
      if (!/\/(?:handover|needed)\//.test(path)) assert.not(text.includes(value), `${value} in ${path}`);
});

test('a secret in a prompt is masked where the prompts of a plan are shown', async () => {
  const made = project(`agents: { coder: { run: cat, env: { API_KEY: agents-own-key } } }
secrets: [PIN]
tasks:
  api: { agent: coder, prompt: 'agents-own-key and 4711-0815', verify: { agent: coder, prompt: is it 4711-0815 } }
`);
  for (const json of [[], ['--json']]) {
    const { stdout } = expectCode(
      await made.ptask('plan', '--prompts', ...json, { env: { PIN: '4711-0815' } }),
      0,
    );
    assert.match(stdout, '*** and ***');
    assert.match(stdout, 'is it ***');
    assert.not.match(stdout, /4711-0815|agents-own-key/);
  }
});

const OUTSIDE: [words: string[], says: RegExp][] = [
  [['plan', 'x'], /PTASK_LOG is not set\n.*call it from a task's commands/],
  [['pla', 'x'], /unknown kind of note `pla`\n.*did you mean `plan`/],
  [['plan'], /the note has no text\n.*ptask note plan <text>/],
  [['file', 'a'], /the note has no text\n.*ptask note file <path> <text>/],
  [['file'], /the note has no path/],
  [['plan', 'x', '--severity', 'high'], /--severity is only for issues/],
  [['issue', 'x', '--severity', 'huge'], /unknown severity `huge`\n.*low, medium, high/],
  [['plan', '--force'], /a note has no `--force`/],
];

test('a note that cannot be made is refused with the way out', async () => {
  for (const [words, says] of OUTSIDE) {
    const result = await ptask(['note', ...words]);
    expectOutput(expectCode(result, 2), says, 'stderr');
    assert.is(result.stdout, '');
  }
  const folder = tempDir();
  const result = await ptask(['note', 'plan', 'x'], { env: { PTASK_LOG: folder } });
  expectOutput(expectCode(result, 2), /the note cannot be written: EISDIR/, 'stderr');
});

test('a note begins on a line of its own', async () => {
  const log = join(tempDir(), 'notes');
  const env = { PTASK_LOG: log };
  expectCode(await ptask(['note', 'plan', '- one', '-', 'two'], { env }), 0);
  appendFileSync(log, 'open');
  expectCode(await ptask(['note', 'text', 'a\nb'], { env }), 0);
  assert.is(readFileSync(log, 'utf8'), 'plan: - one - two\nopen\nnote: a\n  b\n');
});
