// What runs a command: several lines end with the first that fails, and the shell can be chosen.
import { expectCode, expectOutput, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { ground, runIn } from './isolation-support.ts';
import { runConfig } from './support.ts';

const test = suite('run/shell');

const SCRIPT = 'echo first\nfalse\necho second\n';

const run = (config: object) => runConfig(JSON.stringify(config));

test('a script ends with its first failing line; one line is as the shell has it', async () => {
  const { task, output } = await run({
    tasks: {
      script: { run: SCRIPT },
      pipe: { run: 'echo first\nfalse | true\necho second\n' },
      chain: { run: 'false || echo saved\nif false; then echo no; fi\necho end\n' },
      free: { run: 'set +e\nfalse\necho end\n' },
      line: { run: 'false; echo end' },
      trailing: { run: 'false; echo end\n' },
      missing: { run: 'no-such-program-here\necho end\n' },
    },
  });
  assert.equal([task('script').status, output('script')], ['failed', 'first\n']);
  assert.equal([task('pipe').status, output('pipe')], ['passed', 'first\nsecond\n']);
  assert.equal([task('chain').status, output('chain')], ['passed', 'saved\nend\n']);
  assert.equal([task('free').status, output('free')], ['passed', 'end\n']);
  assert.equal([task('line').status, output('line')], ['passed', 'end\n']);
  assert.equal([task('trailing').status, output('trailing')], ['passed', 'end\n']);
  assert.is(task('missing').exitCode, 127);
});

test('the same in verify, a validation step, setup and a resolver', { timeout: 60_000 }, async () => {
  const verified = await run({ tasks: { t: { run: ':', verify: SCRIPT } } });
  assert.match(verified.task('t').reason ?? '', 'verify failed');
  const validated = await run({ tasks: { t: { run: ':' } }, validate: [{ name: 'v', run: SCRIPT }] });
  assert.is(validated.report.status, 'failed');
  const { dir } = await ground({ file: 'zero\n' });
  const setUp = await runIn(dir, {
    worktrees: { setup: SCRIPT },
    tasks: { t: { run: ':', workspace: 'worktree' } },
  });
  assert.match(setUp.task('t').reason ?? '', 'setup failed');
  const resolved = await runIn(dir, {
    onCollision: { run: 'false\ncp "$PTASK_OURS" "$PTASK_RESULT"\n' },
    tasks: {
      one: { run: 'echo one > file', writes: ['file'] },
      two: { run: 'echo two > file', writes: ['file'] },
    },
  });
  assert.is.not(resolved.report.status, 'complete');
});

test('bash for the config, and another shell for a task', async () => {
  const { task, output } = await run({
    shell: 'bash',
    tasks: {
      bash: { run: 'echo {c,d} $0' },
      pipe: { run: 'false | cat' },
      script: { run: SCRIPT },
      verify: { run: ':', verify: 'false | cat' },
      loose: { run: 'false | cat', shell: 'sh' },
    },
    validate: [{ name: 'v', run: 'false | cat' }],
  });
  assert.is(output('bash'), 'c d bash\n');
  for (const id of ['pipe', 'script', 'verify']) assert.is(task(id).status, 'failed', id);
  assert.is(task('loose').status, 'passed');
});

test('what begins with a dash or a plus is a command, too', async () => {
  const { output } = await run({ tasks: { dash: { run: '-x; echo end' }, plus: { run: '+x; echo end' } } });
  assert.match(output('dash'), /-x: .*not found\nend\n/);
  assert.match(output('plus'), /\+x: .*not found\nend\n/);
});

test('a shell that ptask does not know, or that is not there, is told before anything runs', async () => {
  const unknown = project('shell: fish\ntasks:\n  a: { run: echo }\n');
  expectOutput(expectCode(await unknown.ptask(), 2), /:1:8 `shell` cannot be `fish`/);
  const missing = project('tasks:\n  a: { run: echo, shell: zsh }\n  b: { run: echo, shell: zsh }\n');
  const result = await missing.ptask({ env: { PATH: '/nowhere' } });
  expectOutput(expectCode(result, 2), /:2:\d+ `a` is to be run by zsh, and there is no such shell/);
});

test('another shell is another task to --resume', async () => {
  const config = (shell: string) => `strategy: sequential\ntasks:\n  a: { run: 'echo x', shell: ${shell} }\n`;
  const { ptask, write } = project(config('sh'));
  expectCode(await ptask(), 0);
  expectOutput(await ptask('run', '--resume'), /done in run/);
  write({ 'parallel.config.yaml': config('bash') });
  const again = await ptask('run', '--resume');
  assert.not.match(again.all, /done in run/);
});
