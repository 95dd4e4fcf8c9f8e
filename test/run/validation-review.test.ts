/** Validation steps in which an agent reviews the whole. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hermeticEnv } from '../support/env.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/validation/review');

const told = ({ report }: Ran): string[] =>
  report.validation.map(({ name, status, reason }) => `${name} ${status}${reason ? `: ${reason}` : ''}`);

const yaml = (says: string, more = ''): string => `
agents: { critic: { run: ${JSON.stringify(says)}, env: { MODE: strict } } }
tasks:
  api: { description: The orders endpoint, run: 'echo 1 > api.ts', writes: [api.ts] }
  docs: { run: 'echo 1 > docs.md', writes: [docs.md] }
  lint: { run: 'true' }
validate:
  - { name: together, agent: critic, prompt: Do they fit?, instructions: [read both, compare], needs: [counted] }
  - { name: counted, run: test -f api.ts }
  - { name: after, run: 'true', needs: [together] }
${more}`;

test('its words count, and its exit code before them', async () => {
  assert.equal(told(await runConfig(yaml('echo looks fine; echo approved'))), [
    'together passed',
    'counted passed',
    'after passed',
  ]);
  const fixes = await runConfig(yaml('echo api.ts:1 is not in docs.md; echo "**Needs fixes**"'));
  assert.equal(told(fixes), [
    'together failed: critic asks for fixes',
    'counted passed',
    'after skipped: together failed',
  ]);
  assert.is(fixes.report.status, 'failed');
  assert.is(fixes.report.firstFailure, 'together');
  const broken = await runConfig(yaml('echo approved; exit 7'));
  assert.is(told(broken)[0], 'together failed: exit code 7');
  assert.is(told(await runConfig(yaml('cat > /dev/null')))[0], 'together passed', 'no verdict approves');
});

test('it is told what the tasks were to do and what they have changed, masked and for its owner alone', async () => {
  const ran = await runConfig(
    `secrets: [TOKEN]\n${yaml('cat; echo "mode $MODE"; cmp - "$PTASK_PROMPT_FILE" < "$PTASK_PROMPT_FILE"; pwd').replace('Do they fit?', 'Do they fit hunter22?')}`,
    { env: hermeticEnv({ TOKEN: 'hunter22' }) },
  );
  const prompt = readFileSync(join(ran.folder, 'validation/1.review'), 'utf8');
  assert.is(
    prompt.replaceAll(ran.root, '<root>'),
    `===== REVIEW OF THE WHOLE: together =====

## Description

Review what these tasks have done together. Each of them has passed. Change nothing yourself.

Do they fit ***?

## Working Directory

<root>

## The Tasks

- api: The orders endpoint. It has run \`echo 1 > api.ts\`.
- docs: It has run \`echo 1 > docs.md\`.
- lint: It has run \`true\`.

## Their Files

- api.ts (created by api)
- docs.md (created by docs)

## Instructions

1. read both
2. compare

## Your Answer

- List what has to be fixed, one finding per line, each with its location.
- End with a line that says only \`approved\` or only \`needs fixes\`.
`,
  );
  const log = readFileSync(join(ran.folder, 'validation/1.out'), 'utf8');
  assert.is(log, `${prompt}mode strict\n${ran.root}\n`);
  assert.is(statSync(join(ran.folder, 'validation/1.review')).mode & 0o077, 0);
});

test('who broke it is not searched with an agent: neither its own step nor one that another needs', async () => {
  const { dir: root } = await repo({ files: { 'a.txt': '1\n' } });
  const text = `
validation: bisect
agents: { critic: { run: 'echo x >> calls; echo needs fixes' }, kind: { run: 'echo x >> kind; echo approved' } }
tasks:
  good: { run: 'echo 2 > b.txt', writes: [b.txt] }
  bad: { run: 'echo 2 > a.txt', writes: [a.txt] }
validate:
  - { name: strictly, agent: critic }
  - { name: kindly, agent: kind }
  - { name: same, run: grep -q 1 a.txt, needs: [kindly] }
`;
  const { report } = await runConfig(text, { root });
  assert.equal(
    report.validation.map(({ name, status, blame }) => [
      name,
      status,
      blame?.status,
      blame?.reason,
      blame?.tasks,
    ]),
    [
      ['strictly', 'failed', 'not-possible', 'the review of an agent is not repeated', []],
      ['kindly', 'passed', undefined, undefined, undefined],
      ['same', 'failed', 'found', undefined, ['bad']],
    ],
  );
  for (const calls of ['calls', 'kind']) assert.is(readFileSync(join(root, calls), 'utf8'), 'x\n', calls);
});

test('it is told what tasks have done in an earlier run, and a prompt with a form of its own as it is', async () => {
  const { dir: root } = await repo({ files: { 'in.txt': '1\n', '.gitignore': '.ptask/\nout/\n' } });
  const text = `
cache: true
agents: { critic: { run: 'cat; echo approved' }, writer: { run: 'cat > notes.md' } }
tasks:
  made: { run: 'mkdir -p out && cp in.txt out/copy.txt', reads: [in.txt], writes: [out/**] }
  looks: { run: 'true', reads: [in.txt], writes: [] }
  notes: { agent: writer, prompt: "Write:\\n\\n## Notes\\n- short", writes: [notes.md] }
validate: [{ name: together, agent: critic }]
`;
  await runConfig(text, { root });
  const { folder, report } = await runConfig(text, { root });
  assert.equal(
    report.tasks.map(({ id, cached }) => [id, cached?.hit]),
    [
      ['made', true],
      ['looks', true],
      ['notes', undefined],
    ],
  );
  const prompt = readFileSync(join(folder, 'validation/1.review'), 'utf8');
  assert.match(
    prompt,
    '## Their Files\n\n- `out/**` (by made, in an earlier run)\n- notes.md (modified by notes)\n',
  );
  assert.match(prompt, '- notes:\n\n   > Write:\n   >\n   > ## Notes\n   > - short\n');
});

test('its agent is known before anything runs: what its env holds is masked, and what it lacks is told', async () => {
  const yamlOf = (env: string, run = 'echo it is $TOKEN', more = ''): string =>
    `agents: { critic: { run: ${JSON.stringify(run)}, env: ${env} } }
tasks: { a: { run: echo a > a } }
validate: [{ name: whole, agent: critic${more} }]
`;
  const env = hermeticEnv({ VAULT: 'hunter22' });
  const { folder } = await runConfig(yamlOf("{ TOKEN: '${VAULT}' }"), { env });
  assert.is(readFileSync(join(folder, 'validation/1.out'), 'utf8'), 'it is ***\n');
  await assertRejects(
    runConfig(yamlOf("{ TOKEN: '${NOWHERE}' }")),
    '`TOKEN` needs `NOWHERE`, which is not set',
  );
  const gone = 'the agent `critic` runs `nosuchprogram`, and there is no such command';
  await assertRejects(runConfig(yamlOf('{}', 'nosuchprogram -x')), gone);
  const { report } = await runConfig(yamlOf('{}', 'nosuchprogram -x', ', when: { changed: [b] }'));
  assert.is(report.validation[0]?.status, 'skipped', 'who does not need it need not have it');
});

async function assertRejects(ran: Promise<unknown>, message: string): Promise<void> {
  const error = await ran.then(
    () => undefined,
    (reason: Error) => reason,
  );
  assert.match(String(error?.message), message);
}
