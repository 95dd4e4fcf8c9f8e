/** Agents as tasks: what they read, and the variables that they see. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planWithGit } from '../../src/plan/plan-with-git.ts';
import { plannedPrompts } from '../../src/run/agents/planned-prompts.ts';
import { runPlan } from '../../src/run/run.ts';
import { configOf } from '../plan/support.ts';
import { hermeticEnv } from '../support/env.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/agents');

const startOf = ({ events }: Ran, id: string) =>
  events.flatMap((event) => (event.type === 'task-started' && event.id === id ? [event] : [])).at(-1);

test('each command of an agent reads the prompt, which is also a file', async () => {
  const ran = await runConfig(`
agents: { coder: { run: [cat, 'cat "$PTASK_PROMPT_FILE"'] } }
tasks:
  a: { agent: coder, prompt: Do it. }`);
  const prompt = readFileSync(join(ran.folder, 'prompts/a.md'), 'utf8');
  assert.ok(prompt.startsWith('===== TASK 1: a =====\n\n## Description\n\nDo it.\n'), prompt);
  assert.is(ran.output('a'), prompt + prompt);
  const { agent, prompt: file } = startOf(ran, 'a') ?? {};
  assert.equal([agent, file], ['coder', 'prompts/a.md']);
});

test('an agent that does not read a long prompt is none the worse, and one that does has all of it', async () => {
  const ran = await runConfig(`
agents: { deaf: { run: 'true' }, counts: { run: wc -c } }
tasks:
  a: { agent: deaf, prompt: ${'x'.repeat(1_000_000)} }
  b: { agent: counts, prompt: ${'y'.repeat(1_000_000)} }`);
  assert.is(ran.report.status, 'complete');
  assert.ok(Number(ran.output('b')) > 1_000_000);
});

test('a program that a signal has ended is told by its name, whoever gives the number', async () => {
  const ran = await runConfig(`
agents: { killed: { run: 'sh -c "kill -9 \\$\\$"; exit $?' }, odd: { run: exit 255 } }
tasks:
  a: { agent: killed, prompt: x }
  b: { agent: odd, prompt: x }`);
  assert.equal([ran.task('a').reason, ran.task('a').exitCode], ['exit code 137 (128 + SIGKILL)', 137]);
  assert.is(ran.task('b').reason, 'exit code 255');
});

test("an agent's variables lie between those of the config and the task's", async () => {
  const ran = await runConfig(`
env: { A: config, B: config, C: config }
agents: { coder: { run: 'echo $A $B $C', env: { B: agent, C: agent } } }
tasks:
  a: { agent: coder, prompt: x, env: { C: task } }
  b: { run: 'echo $A $B $C \${PTASK_PROMPT_FILE-none} \${PTASK_REVIEW-none} \${PTASK_OUTPUTS-none}' }`);
  assert.is(ran.output('a'), 'config agent task\n');
  assert.is(ran.output('b'), 'config config config none none none\n', 'a command is no agent');
});

test('what a ptask around this one has given to its task is not passed on', async () => {
  const outer = { PTASK_REVIEW: '/r', PTASK_PROMPT_FILE: '/p', PTASK_OUTPUTS: '/o', PTASK_HANDOFF: '/h' };
  const ran = await runConfig(`tasks: { a: { run: 'env | grep -c "=/[rpoh]$" || true' } }`, {
    env: hermeticEnv(outer),
  });
  assert.is(ran.output('a'), '0\n');
});

test('an isolated agent is told its branch and its worktree, and not that of the plan', async () => {
  const { dir } = await repo({ files: { x: '' } });
  const yaml = `
agents: { coder: { run: 'cat > /dev/null; pwd' } }
tasks:
  a: { agent: coder, prompt: Do it., workspace: worktree, writes: [a] }`;
  const ran = await runConfig(yaml, { root: dir });
  const prompt = readFileSync(join(ran.folder, 'prompts/a.md'), 'utf8');
  assert.ok(prompt.includes(`## Working Directory\n\n${ran.output('a').trim()}\n`), prompt);
  assert.ok(prompt.includes(`## Branch\n\n${ran.task('a').branch}\n`), prompt);
  const config = configOf(yaml, dir);
  const plan = await planWithGit(config, { tasks: [] });
  const [planned] = plan.ok ? plannedPrompts(config, plan.value) : [];
  assert.ok(planned?.prompt?.includes('## Branch\n\ntask/a\n'), planned?.prompt);
  assert.ok(planned?.prompt?.includes('made when you begin'), planned?.prompt);
});

test('a prompt is told again with what went wrong, from the end of what was printed', async () => {
  const ran = await runConfig(`
agents: { coder: { run: 'if grep -q "no flour"; then exit 0; fi; echo no flour; exit 3' } }
tasks: { a: { agent: coder, prompt: x, retry: { times: 1, delay: 1ms } } }`);
  assert.is(ran.report.status, 'complete');
  const prompt = readFileSync(join(ran.folder, 'prompts/a.md'), 'utf8');
  assert.match(prompt, /## The Last Attempt\n\nAttempt 1 failed: exit code 3\. .*\n\n```\nno flour\n/);
});

test('an agent or a reviewer whose program is nowhere is told before anything runs', async () => {
  const root = tempDir();
  const config = configOf(
    `
agents: { coder: { run: nosuchagent --stdin }, critic: { run: nosuchcritic } }
tasks:
  a: { agent: coder, prompt: x }
  b: { run: 'true', verify: { agent: critic } }
`,
    root,
  );
  const plan = await planWithGit(config, { tasks: [] });
  const ran = plan.ok ? await runPlan(config, plan.value, { env: hermeticEnv() }) : plan;
  const told = ran.ok ? [] : ran.diagnostics.map(({ message, place }) => [message, place?.line]);
  assert.equal(told, [
    ['the agent `coder` of `a` runs `nosuchagent`, and there is no such command', 4],
    ['the agent `critic` of `b` runs `nosuchcritic`, and there is no such command', 5],
  ]);
});

test('a secret that was handed over is in the values, and in no prompt', async () => {
  const ran = await runConfig(
    `
agents: { coder: { run: 'cat' } }
tasks:
  a: { run: 'echo "key=$DEPLOY_TOKEN" >> $PTASK_OUTPUT' }
  b: { needs: [a], agent: coder, prompt: x }`,
    { env: hermeticEnv({ DEPLOY_TOKEN: 'abc-secret-123' }) },
  );
  assert.match(ran.output('b'), /`key`: \*\*\*\n/);
  assert.match(readFileSync(join(ran.folder, 'needed/b.json'), 'utf8'), /"key": "abc-secret-123"/);
  const journal = readFileSync(join(ran.folder, 'events.ndjson'), 'utf8');
  assert.not.match(journal, /abc-secret/);
});
