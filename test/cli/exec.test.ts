// `ptask exec`: tasks from the command line, without a config.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, gitProject, project } from '../support/cli.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/exec');

const files = { 'src/a.txt': 'one\ntwo\nthree\nfour\nfive\nsix\n' };
const EDITS = ["sed -i 's/one/1/' src/a.txt", "sed -i 's/six/6/' src/a.txt"];
const MERGED = '1\ntwo\nthree\nfour\nfive\n6\n';

const treeOf = (dir: string): Record<string, string> =>
  Object.fromEntries(Object.entries(rawTree(dir)).filter(([path]) => !/^\.(?:git|ptask)\//.test(path)));

test('each in a worktree, merged, reported and undone', async () => {
  const { dir, ptask } = await gitProject({ files });
  const before = treeOf(dir);
  const { stdout } = expectCode(await ptask('exec', ...EDITS, '--json'), 0);
  const { tasks } = JSON.parse(stdout);
  assert.equal(
    tasks.map(({ id, workspace }: Record<string, string>) => [id, workspace]),
    [
      ['sed-i-s-one-1-src-a.txt', 'worktree'],
      ['sed-i-s-six-6-src-a.txt', 'worktree'],
    ],
  );
  assert.is(readFileSync(join(dir, 'src/a.txt'), 'utf8'), MERGED);
  expectOutput(expectCode(await ptask('runs'), 0), /2 passed,? +1 file\n/);
  expectOutput(expectCode(await ptask('report'), 0), /2 passed/);
  expectOutput(expectCode(await ptask('undo'), 0), /restored 1 file/);
  assert.equal(treeOf(dir), before);
});

test('names, globs of their own, and the folder it is called in', async () => {
  const { dir, ptask } = await gitProject({ files });
  const named = [
    '-t',
    'first: pwd > where',
    '--writes',
    'src/**',
    '-t',
    'second: echo 2 > b',
    '--writes',
    'src/b',
  ];
  const { stdout } = expectCode(await ptask('exec', ...named, '--json', '--cwd', 'src'), 0);
  const { tasks } = JSON.parse(stdout);
  assert.equal(
    tasks.map(({ id }: { id: string }) => id),
    ['first', 'second'],
  );
  assert.match(readFileSync(join(dir, 'src/where'), 'utf8'), /\.first\/src\n$/);
  const { stdout: plan } = expectCode(await ptask('exec', ...named, '--dry-run'), 0);
  assert.match(plan, /both match +src\/b/);
  const all = ['exec', '--writes', 'x', 'echo 1 > x', 'echo 2 > src/y', '--json'];
  const strays = JSON.parse((await ptask(...all)).stdout).tasks.map(
    (one: { strays: unknown[] }) => one.strays.length,
  );
  assert.equal(strays, [0, 1]);
});

test('a list on stdin, and the folder itself with --shared', async () => {
  const { dir, ptask } = await gitProject({ files });
  const input = '# the first\necho 1 > a\n\necho 2 > b\n';
  expectCode(await ptask('exec', '--quiet', { input }), 0);
  expectCode(await ptask('exec', '--quiet', '-', 'echo 3 > c', { input }), 0);
  assert.equal(
    ['a', 'b', 'c'].map((name) => existsSync(join(dir, name))),
    [true, true, true],
  );
  const { stdout } = expectCode(await ptask('exec', '--shared', 'pwd', '--json'), 0);
  assert.equal(JSON.parse(stdout).tasks[0].workspace, 'shared');
});

test('an agent does what the words say, another reviews it, and the whole is checked', async () => {
  const { dir, ptask } = await gitProject({
    config: `agents: { writer: { run: "cat > $PTASK_TASK.md" }, critic: { run: "cat > /dev/null; echo no; exit 1" } }\ncache: true\ntasks: { other: { run: 'false' } }\n`,
    files,
  });
  const asked = ['exec', '--agent', 'writer', 'add the endpoint', 'translate the docs', '--quiet'];
  expectCode(await ptask(...asked, '--verify', 'test -f "$PTASK_TASK.md"', '--validate', 'ls *.md'), 0);
  assert.match(readFileSync(join(dir, 'add-the-endpoint.md'), 'utf8'), /add the endpoint/);
  assert.match(readFileSync(join(dir, 'translate-the-docs.md'), 'utf8'), /translate the docs/);
  expectCode(await ptask('exec', '--agent', 'cat > prompt', 'do it', '--quiet'), 0);
  assert.match(readFileSync(join(dir, 'prompt'), 'utf8'), /do it/);
  const reviewed = await ptask('exec', 'echo x > y', '--verify', '@critic', '--json');
  const [task] = JSON.parse(expectCode(reviewed, 1).stdout).tasks;
  assert.match(JSON.stringify(task.reviews), /"agent":"critic"/);
  assert.not.ok(existsSync(join(dir, 'y')));
  const whole = ['exec', 'echo x > y', '--json', '--validate'];
  const { validation } = JSON.parse(expectCode(await ptask(...whole, '@critic'), 1).stdout);
  assert.equal(
    validation.map(({ name, status, reason }: Record<string, string>) => [name, status, reason]),
    [['@critic', 'failed', 'exit code 1']],
  );
  // One that no config knows is the command of that name.
  expectCode(await ptask(...whole, '@cat'), 0);
  const twice = JSON.parse(expectCode(await ptask(...whole, 'true', '--validate', 'true'), 0).stdout);
  assert.equal(
    twice.validation.map(({ name }: { name: string }) => name),
    ['true', 'true (2)'],
  );
  for (const name of ['@', '@cat -p'])
    expectOutput(
      expectCode(await ptask('exec', 'echo x > z', '--validate', name), 2),
      new RegExp(
        `^error \`${name}\` names no agent\\n {2}→ write \`@\` and the name of one, or a command without the \`@\`\\n$`,
      ),
    );
  expectOutput(
    expectCode(await ptask('exec', 'echo x > z', '--validate', '@nosuchprogram'), 2),
    /the agent `nosuchprogram` runs `nosuchprogram`, and there is no such command/,
  );
  assert.not.ok(existsSync(join(dir, 'z')));
});

test('where there is no repository they take turns, and what makes no sense is refused', async () => {
  const { dir, ptask } = project({ files });
  expectCode(await ptask('exec', ...EDITS, '--quiet'), 0);
  assert.is(readFileSync(join(dir, 'src/a.txt'), 'utf8'), MERGED);
  expectOutput(expectCode(await ptask('exec'), 2), /there is nothing to run\n/);
  expectOutput(expectCode(await ptask('exec', '-t', 'nameless'), 2), /expected a name and a command/);
  expectOutput(expectCode(await ptask('exec', 'true', '--writes', '../x'), 2), /must not leave the root/);
  expectOutput(expectCode(await ptask('undo', 'PARALLEL-1'), 2), /there is no run/);
});

/** A program that writes down how it was called, and writes where it was told that it may. */
const STAND_IN = `#!/usr/bin/env node
const fs = require('node:fs');
const args = process.argv.slice(2);
const folders = args.filter((each) => each.startsWith('--add-dir=')).map((each) => each.slice(10));
const { PTASK_LOG, PTASK_OUTPUT } = process.env;
const mayWrite = (file) => file === undefined || folders.some((folder) => file.startsWith(folder + '/'));
if (!mayWrite(PTASK_LOG) || !mayWrite(PTASK_OUTPUT) || folders.includes('')) process.exit(3);
const rest = args.filter((each) => !each.startsWith('--add-dir=')).map((each) => each.replace(PTASK_LOG, 'LOG').replace(PTASK_OUTPUT, 'OUTPUT'));
if (!/## Description|approved/.test(fs.readFileSync(0, 'utf8'))) process.exit(4);
if (PTASK_LOG === undefined) console.log(JSON.stringify(rest));
else fs.writeFileSync(process.argv[1].split('/').at(-1) + '.json', JSON.stringify(rest));
`;

test('claude and codex are called without a person, and may write what their prompt asks for', async () => {
  const { dir, ptask } = await gitProject({
    files: Object.fromEntries(
      ['claude', 'codex'].map((name) => [`bin/${name}`, { content: STAND_IN, mode: 0o755 }]),
    ),
  });
  const env = { PATH: `${join(dir, 'bin')}:${process.env.PATH}` };
  const told = '--append-system-prompt=$PTASK_LOG is LOG and $PTASK_OUTPUT is OUTPUT';
  for (const [agent, args, asReviewer] of [
    ['claude', ['-p', '--permission-mode', 'acceptEdits', told], ['-p', '--tools', 'Read,Grep,Glob']],
    [
      'codex',
      ['exec', '--sandbox', 'workspace-write', '--skip-git-repo-check', '-'],
      ['exec', '--sandbox', 'read-only', '--skip-git-repo-check', '-'],
    ],
  ] as const) {
    expectCode(
      await ptask('exec', '--agent', agent, 'do it', '--validate', `@${agent}`, '--quiet', { env }),
      0,
    );
    assert.equal(JSON.parse(readFileSync(join(dir, `${agent}.json`), 'utf8')), args);
    assert.equal(JSON.parse(expectCode(await ptask('log', `@${agent}`), 0).stdout), asReviewer);
  }
});
