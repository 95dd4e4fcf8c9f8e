/** Acceptance checks by commands and by agents, and what follows when they ask for fixes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Review } from '../../src/model/report.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/agents/review');

const reviewsOf = ({ events }: Ran, id: string): Review[] =>
  events.flatMap((event) => (event.type === 'task-reviewed' && event.id === id ? [event.review] : []));

const brief = (ran: Ran, id: string) =>
  reviewsOf(ran, id).map(({ attempt, agent, result, findings }) => [attempt, agent, result, ...findings]);

test('commands that end well approve, and others ask for fixes', async () => {
  const ran = await runConfig(`
tasks:
  a: { run: 'true', verify: [echo one, echo two] }
  b: { run: 'true', verify: 'echo "b.ts:1 is bad"; exit 4' }
  c: { run: 'true' }`);
  assert.equal(brief(ran, 'a'), [[1, undefined, 'approved', 'one', 'two']]);
  assert.equal(brief(ran, 'b'), [[1, undefined, 'needs-fixes', 'b.ts:1 is bad']]);
  assert.equal(brief(ran, 'c'), []);
  assert.is(ran.task('b').reason, 'verify failed: exit code 4');
  assert.equal(
    ['a', 'b', 'c'].map((id) => ran.task(id).verify),
    ['passed', 'failed', undefined],
  );
});

test('of an agent that ends well the last verdict counts; without one it approves', async () => {
  const yaml = (says: string) => `
agents: { critic: { run: ${JSON.stringify(says)} } }
tasks: { a: { run: 'true', verify: { agent: critic } } }`;
  const fixes = await runConfig(yaml('echo x.ts:1 is bad; echo "**Needs fixes**"'));
  assert.equal(brief(fixes, 'a'), [[1, 'critic', 'needs-fixes', 'x.ts:1 is bad', '**Needs fixes**']]);
  assert.is(fixes.task('a').reason, 'verify failed: critic asks for fixes');
  assert.is(fixes.task('a').verify, 'failed');
  assert.is(fixes.report.status, 'failed');
  const approved = await runConfig(yaml('echo needs fixes; echo no: approved; echo Approved.'));
  assert.is(approved.task('a').verify, 'passed');
  const silent = await runConfig(yaml('cat > /dev/null'));
  assert.equal(brief(silent, 'a'), [[1, 'critic', 'approved']]);
  const broken = await runConfig(yaml('echo approved; exit 7'));
  assert.is(broken.task('a').reason, 'verify failed: exit code 7', 'an exit code comes before words');
});

test('a task is tried again with the findings in PTASK_REVIEW, until it is approved', async () => {
  const ran = await runConfig(`
tasks:
  a:
    run: 'cat "\${PTASK_REVIEW:-/dev/null}"; echo $PTASK_ATTEMPT >> tries'
    verify: 'test $(wc -l < tries) -ge 3 || { echo "only $(wc -l < tries | tr -d " ")"; exit 1; }'
    retry: { times: 5, delay: 1ms }
    writes: [tries]
  b: { run: 'echo \${PTASK_REVIEW-none}', verify: 'false' }`);
  assert.is(ran.task('a').attempts, 3);
  assert.is(ran.task('a').verify, 'passed');
  assert.equal(
    reviewsOf(ran, 'a').map(({ attempt, result }) => `${attempt} ${result}`),
    ['1 needs-fixes', '2 needs-fixes', '3 approved'],
  );
  const output = ran.output('a');
  assert.match(
    output,
    /# Review of a, attempt 1: needs fixes\n\nBy its verify commands \(exit code 1\)\.\n\nonly 1\n/,
  );
  assert.match(output, /attempt 2: needs fixes\n\nBy its verify commands \(exit code 1\)\.\n\nonly 2\n/);
  assert.is(ran.output('b'), 'none\n', 'there was no review before');
});

test('an agent reads the findings in its prompt; the reviewer the task, its files and its last review', async () => {
  const root = tempDir();
  write(root, {
    'coder.sh':
      'prompt=$(cat)\ncase $prompt in *"say please"*) echo please ;; *) echo now ;; esac > out/word\n',
    'critic.sh':
      'cat > $PTASK_ROOT/seen.$PTASK_ATTEMPT\ncmp -s "$PTASK_PROMPT_FILE" $PTASK_ROOT/seen.$PTASK_ATTEMPT || exit 9\ngrep -q please out/word && echo approved && exit\necho "out/word:1 say please"\necho needs fixes\n',
    'out/old': '',
  });
  const ran = await runConfig(
    `
agents: { coder: { run: sh coder.sh }, critic: { run: sh critic.sh, env: { MOOD: bad } } }
tasks:
  a:
    agent: coder
    prompt: Write a word.
    verify: { agent: critic, prompt: Is it polite? }
    retry: { times: 2, delay: 1ms }
    writes: [out/**]`,
    { root },
  );
  assert.equal(brief(ran, 'a'), [
    [1, 'critic', 'needs-fixes', 'out/word:1 say please', 'needs fixes'],
    [2, 'critic', 'approved', 'approved'],
  ]);
  const prompt = readFileSync(join(ran.folder, 'prompts/a.md'), 'utf8');
  assert.match(
    prompt,
    /## The Last Attempt\n\nAttempt 1 failed: verify failed: critic asks for fixes\. .*\n\n```\nout\/word:1 say please\nneeds fixes\n```\n$/,
  );
  const [first, second] = ['seen.1', 'seen.2'].map((name) => readFileSync(join(root, name), 'utf8'));
  assert.match(first as string, /It has changed:\n\n- out\/word \(created\)\n/);
  assert.match(first as string, /## The Task\n\nWrite a word\.\n/);
  assert.not.match(first as string, /## The Last Review/);
  assert.match(second as string, /## The Last Review\n\n> out\/word:1 say please\n> needs fixes\n/);
  const verifying = ran.events.find(({ type }) => type === 'task-verifying');
  assert.equal(verifying && 'agent' in verifying && verifying.agent, 'critic');
});

test('a review that takes too long asks for fixes', async () => {
  const ran = await runConfig(`
tasks: { a: { run: 'true', verify: 'echo thinking; sleep 60', timeout: 700ms } }`);
  assert.equal(brief(ran, 'a'), [[1, undefined, 'needs-fixes', 'thinking']]);
  assert.is(ran.task('a').reason, 'verify failed: timed out after 700ms');
});

test('a review that was stopped says nothing', async () => {
  const stop = new AbortController();
  const ran = await runConfig(`tasks: { a: { run: 'true', verify: 'echo up; sleep 60' } }`, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'task-output') stop.abort('SIGINT');
    },
  });
  assert.equal(brief(ran, 'a'), []);
  assert.is(ran.task('a').status, 'cancelled');
});
