// Tab completion: what is offered where, and that the shells show it.
import { accessSync, constants, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expectCode, expectOutput, type Project, project, ptaskBin } from '../support/cli.ts';
import { terminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/completion');

const CONFIG = `tasks:
  alpha: { run: 'true', description: 'the first: one', tags: [slow, ci] }
  beta: { run: 'echo b' }
  gamma: { needs: [beta] }
`;

/** The words that are offered after these; the last one is as far as it has been typed. */
async function offered(made: Project, ...words: string[]): Promise<string[]> {
  const [current = '', ...before] = words.reverse();
  const asked = await made.ptask('__complete', 'fish', '--', ...before.reverse(), `=${current}`);
  return expectCode(asked, 0)
    .stdout.split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

test('commands and tasks come first, then what the command takes', async () => {
  const made = project(CONFIG);
  const first = await offered(made, '');
  for (const word of ['alpha', 'gamma', 'run', 'undo', 'help']) assert.ok(first.includes(word), word);
  assert.not.ok(first.some((word) => word.startsWith('_')));
  assert.equal(await offered(made, 'al'), ['alpha']);
  assert.equal(await offered(made, 'run', ''), ['alpha', 'beta', 'gamma']);
  assert.equal(await offered(made, 'beta', ''), ['alpha', 'gamma']);
  assert.equal(await offered(made, 'explain', 'alpha', ''), ['beta', 'gamma']);
  assert.equal(await offered(made, 'explain', 'alpha', 'beta', ''), []);
  assert.equal(await offered(made, 'completion', ''), ['bash', 'zsh', 'fish', 'powershell']);
  assert.equal(await offered(made, 'help', 'un'), ['undo']);
  assert.equal(await offered(made, 'list', ''), []);
});

test('flags are those of the command, and their values those that they take', async () => {
  const made = project(CONFIG);
  assert.equal(await offered(made, 'list', '--j'), ['--json']);
  assert.equal(await offered(made, 'list', '--st'), []);
  assert.equal(await offered(made, '--str'), ['--strategy']);
  assert.equal(await offered(made, 'plan', '--strategy', 'p'), ['parallel', 'phased']);
  assert.equal(await offered(made, '--strategy=p'), ['--strategy=parallel', '--strategy=phased']);
  assert.equal(await offered(made, '-c', ''), []);
  assert.equal(await offered(made, '--tag', ''), ['ci', 'slow']);
  assert.equal(await offered(made, '--except=b'), ['--except=beta']);
  assert.equal(await offered(made, '-c', '4', 'al'), ['alpha']);
  assert.equal(await offered(made, '--quiet', 'al'), ['alpha']);
  assert.equal(await offered(made, 'report', '--output', ''), [':files']);
  assert.equal(await offered(made, '--cwd=x'), [':files']);
  assert.equal(await offered(made, 'alpha', '--', '--w'), [':files']);
});

test('the flags of every command are offered', async () => {
  const made = project(CONFIG);
  const { stdout } = expectCode(await made.ptask('help', 'run'), 0);
  const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = '']) => flag);
  assert.ok(flags.length > 20, flags.join());
  assert.equal((await offered(made, 'run', '-')).sort(), flags.sort());
});

test('runs are offered, the last one first', async () => {
  const made = project(CONFIG);
  assert.equal(await offered(made, 'undo', ''), []);
  expectCode(await made.ptask('alpha'), 0);
  expectCode(await made.ptask('beta'), 0);
  const runs = await offered(made, 'undo', '');
  assert.equal(runs, [...runs].sort().reverse());
  assert.is(runs.length, 2);
  assert.equal(await offered(made, 'log', '--run', ''), runs);
});

test('the config is the one that the line names, and nobody is told what is wrong with it', async () => {
  const made = project({ config: 'tasks: 3\n', files: { 'in/parallel.config.yaml': CONFIG } });
  assert.equal(await offered(made, 'run', ''), []);
  assert.equal(await offered(made, '--cwd', 'in', 'run', ''), ['alpha', 'beta', 'gamma']);
  assert.equal(await offered(made, '--config=in/parallel.config.yaml', 'run', 'b'), ['beta']);
});

test('what a task is for is told on one line, without its secrets', async () => {
  const made = project(`tasks:
  one: { run: "echo hunter2secret\\necho more", env: { API_TOKEN: hunter2secret } }
  two: { run: x, description: "a: b\\tc" }
`);
  const zsh = expectCode(await made.ptask('__complete', 'zsh', '--', 'run', '='), 0).stdout;
  assert.not.match(zsh, /hunter2secret/);
  assert.match(zsh, /^one:echo .*\ntwo:a: b\\tc\n$/);
});

test('an unknown shell is refused', async () => {
  const made = project(CONFIG);
  expectOutput(
    expectCode(await made.ptask('completion', 'tcsh'), 2),
    /expected one of bash, zsh, fish, powershell/,
  );
});

/** How each shell is started without the user's own settings, and loads the script. */
const SHELLS: Record<string, { args: string[]; load: string }> = {
  bash: { args: ['--norc', '--noprofile'], load: 'PS1="> "; eval "$(ptask completion bash)"' },
  zsh: {
    args: ['-f'],
    load: 'PS1="> "; autoload -Uz compinit; compinit -u -D; eval "$(ptask completion zsh)"',
  },
  fish: {
    args: ['--no-config', '--private'],
    load: 'function fish_prompt; echo "> "; end; ptask completion fish | source',
  },
};

function isThere(shell: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, shell), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

for (const [shell, { args, load }] of Object.entries(SHELLS)) {
  const name = `${shell} completes commands, tasks, flags and their values, and runs nothing of what is typed`;
  if (!isThere(shell)) {
    test.skip(name, `there is no ${shell}`);
    continue;
  }
  test(name, async () => {
    const made = project({ config: CONFIG, files: { 'a-file.txt': '' } });
    const bin = join(made.dir, 'bin');
    mkdirSync(bin);
    symlinkSync(ptaskBin, join(bin, 'ptask'));
    const PATH = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    const tty = terminal(shell, args, {
      cwd: made.dir,
      env: { PATH, HOME: made.dir, XDG_CONFIG_HOME: made.dir, XDG_RUNTIME_DIR: made.dir },
    });
    const line = async (typed: string, wanted: RegExp): Promise<void> => {
      tty.type(`\x15${typed}\t`);
      await tty.waitFor(wanted);
    };
    await tty.waitFor(/[#$%>] ?$/m);
    tty.type(`${load}; clear; echo rea''dy\r`);
    await tty.waitFor(/ready/);
    await line('ptask al', /ptask alpha/);
    await line('ptask und', /ptask undo/);
    await line('ptask plan --require-s', /ptask plan --require-strategy/);
    await line('ptask --strategy=wor', /ptask --strategy=worktrees/);
    await line('ptask report --output a-f', /report --output a-file\.txt/);
    await line('ptask "$(touch ran)" be', /ran\)" beta/);
    assert.not.ok(existsSync(join(made.dir, 'ran')));
  });
}
