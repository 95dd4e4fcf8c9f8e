/** Results that do not fit together: found, decided as the config says, told, and nobody's lines lost in silence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode } from '../../src/report/exit-code.ts';
import { hermeticEnv } from '../support/env.ts';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import {
  assertNothingLeft,
  assertSame,
  assertUntouched,
  filesOf,
  gitState,
  ground,
  type IsolatedRun,
  runIn,
  told,
} from './isolation-support.ts';

const test = suite('run/isolation: collisions');

const ten = Array.from({ length: 10 }, (_, at) => `${at + 1}\n`).join('');
const setLine = (line: number, text: string, file = 'f') => `sed -i '${line}s/.*/${text}/' ${file}`;
const clash = (rest: object = {}, b: object = {}) => ({
  tasks: {
    a: { run: setLine(5, 'A'), writes: ['f'] },
    b: { run: `${setLine(5, 'B')}; echo b > other`, writes: ['f', 'other'], ...b },
  },
  ...rest,
});
const textOf = (made: Repo, path = 'f'): string => readFileSync(join(made.dir, path), 'utf8');
const withLine = (text: string): string => ten.replace('5\n', text);
const resolutions = ({ report }: IsolatedRun): string[] =>
  report.integration.conflicts.map(
    ({ path, tasks, kind, resolution }) => `${kind} ${path} ${tasks.join('×')} ${resolution}`,
  );

const choices: { use: object; line: string; told: string; discarded: string[]; other?: string }[] = [
  { use: {}, line: 'B\n', told: 'merge f b×a rerun', discarded: [] },
  { use: { onCollision: 'rerun' }, line: 'B\n', told: 'merge f b×a rerun', discarded: [] },
  { use: { onCollision: 'ours' }, line: 'A\n', told: 'merge f b×a ours', discarded: ['b: B'] },
  { use: { onCollision: 'theirs' }, line: 'B\n', told: 'merge f b×a theirs', discarded: ['a: A'] },
  { use: { onCollision: 'union' }, line: 'A\nB\n', told: 'merge f b×a union', discarded: [] },
  {
    use: { onCollision: { run: 'cat "$PTASK_OURS" "$PTASK_THEIRS" | sort -u > "$PTASK_RESULT"' } },
    line: '',
    told: 'merge f b×a run',
    discarded: [],
  },
  {
    use: {
      onCollision: [
        { path: ['x/**'], use: 'abort' },
        { path: ['f'], use: 'ours' },
      ],
    },
    line: 'A\n',
    told: 'merge f b×a ours',
    discarded: ['b: B'],
  },
  {
    use: { onCollision: [{ path: ['x/**'], use: 'ours' }] },
    line: 'B\n',
    told: 'merge f b×a rerun',
    discarded: [],
  },
];

for (const { use, line, told: expected, discarded } of choices) {
  test(`${JSON.stringify(use)}`, async () => {
    const made = await ground({ f: ten });
    const before = gitState(made.dir);
    const run = await runIn(made.dir, clash(use));
    assert.is(run.report.status, 'complete', told(run));
    assert.equal(resolutions(run), [expected]);
    const [conflict] = run.report.integration.conflicts;
    const lost = conflict?.discarded.flatMap(({ task, lines }) => lines.map((each) => `${task}: ${each}`));
    assert.equal(lost, discarded);
    assert.equal(
      conflict?.changes.map(({ task, change, added, removed }) => [task, change, added, removed]),
      [
        ['a', 'modified', 1, 1],
        ['b', 'modified', 1, 1],
      ],
    );
    const sorted = [...ten.split('\n').filter((each) => !['', '5'].includes(each)), 'A', 'B']
      .sort()
      .join('\n');
    assert.is(textOf(made), line === '' ? `${sorted}\n` : withLine(line));
    assert.is(textOf(made, 'other'), 'b\n');
    assertUntouched(made.dir, before);
    await assertNothingLeft(made);
  });
}

test('a stale read is found where git sees no conflict, and the task reads again', async () => {
  const made = await ground({ f: ten });
  const run = await runIn(made.dir, {
    tasks: {
      a: { run: setLine(1, 'A'), writes: ['f'] },
      b: { run: 'wc -c < f > size; echo end >> f', reads: ['f'], writes: ['f', 'size'] },
    },
  });
  assert.equal(resolutions(run), ['stale-read f b×a rerun']);
  assert.is(textOf(made, 'size').trim(), String(ten.length));
  assert.is(run.task('b').attempts, 2);
  assert.match(textOf(made), /^A\n2\n[\s\S]*\nend\n$/);
});

test('with snapshotReads the same is no collision', async () => {
  const made = await ground({ f: ten });
  const run = await runIn(made.dir, {
    tasks: {
      a: { run: setLine(1, 'A'), writes: ['f'] },
      b: { run: 'echo end >> f', reads: ['f'], writes: ['f'], snapshotReads: true },
    },
  });
  assert.equal(resolutions(run), []);
  assert.is(run.task('b').attempts, 1);
});

test('a file written again as it was counts as written', async () => {
  const made = await ground({ f: ten, g: '' });
  write(made.dir, { g: '' });
  const run = await runIn(made.dir, {
    tasks: {
      a: { run: 'echo A > f', writes: ['f'] },
      b: { run: 'seq 10 > f', writes: ['f'] },
    },
  });
  assert.is(textOf(made), ten, told(run));
});

const kinds: Record<string, { a: string; b: string; result: Record<string, string | undefined> }> = {
  'modify and delete': { a: setLine(5, 'A'), b: 'rm f', result: { f: undefined } },
  'delete and modify': { a: 'rm f', b: 'echo b >> f', result: { f: '644 b\n' } },
  'rename and modify': { a: 'mv f g', b: 'echo b >> f', result: { f: '644 b\n', g: `644 ${ten}` } },
  'modify and rename': {
    a: setLine(5, 'A'),
    b: 'mv f g',
    result: { f: undefined, g: `644 ${withLine('A\n')}` },
  },
  'both create': { a: 'echo a > n', b: 'echo b > n', result: { n: '644 b\n' } },
  'both rename': {
    a: 'mv f g',
    b: '[ -f f ] && mv f h || cp g h',
    result: { g: `644 ${ten}`, h: `644 ${ten}` },
  },
  'file and folder': {
    a: 'mkdir n; echo a > n/x',
    b: 'rm -rf n; echo b > n',
    result: { n: '644 b\n', 'n/x': undefined },
  },
  'links led to two places': { a: 'ln -s a l', b: 'ln -sfn b l', result: { l: '-> b' } },
  'binary files': { a: "printf '\\000a' > bin", b: "printf '\\000b' > bin", result: { bin: '644 \0b' } },
};

for (const [what, { a, b, result }] of Object.entries(kinds)) {
  test(`${what}: ends as one after the other`, async () => {
    const made = await ground({ f: ten, bin: Uint8Array.from([0, 1]) });
    // Declared wide, as people do, so that it is not known before.
    const task = (run: string) => ({ run, writes: ['{f,g,h,n,l,bin,n/**}'], workspace: 'worktree' });
    const run = await runIn(made.dir, { tasks: { a: task(a), b: task(b) } });
    assert.is(run.report.status, 'complete', told(run));
    const files = filesOf(made.dir);
    for (const [path, content] of Object.entries(result))
      assert.is(files[path], content, `${path} ${told(run)}`);
    await assertNothingLeft(made);
  });
}

const failing: Record<string, { use: object; reason: RegExp }> = {
  abort: { use: { onCollision: 'abort' }, reason: /conflicts with a in/ },
  'a resolver that fails': {
    use: { onCollision: { run: 'echo no idea; exit 4' } },
    reason: /exit code 4.*no idea/,
  },
};

for (const [what, { use, reason }] of Object.entries(failing)) {
  test(`${what}: exit code 3, the files as they were, branches to go on with`, async () => {
    const made = await ground({ f: ten, own: '1\n', gone: 'g\n' });
    write(made.dir, { own: '1\nmine\n', new: 'mine\n', 'ignored/i': 'i\n' });
    await made.git('rm', '-q', 'gone');
    const before = gitState(made.dir);
    const files = filesOf(made.dir);
    const config = clash(use, {});
    const run = await runIn(made.dir, {
      ...config,
      tasks: {
        shared: { run: 'echo s >> ignored/i; echo s > made', writes: ['ignored/**', 'made'] },
        ...config.tasks,
      },
    });
    assert.is(exitCode(run.report), 3, told(run));
    assert.match(run.task('b').reason ?? '', reason);
    assertSame(withoutRuns(filesOf(made.dir)), files, () => told(run));
    const refs = Object.fromEntries(
      Object.entries(gitState(made.dir)).filter(([path]) => !/refs\/heads\/task\//.test(path)),
    );
    assertSame(refs, before);
    assert.equal(
      run.report.cleanup.kept.map(({ task, branch }) => `${task} ${branch}`),
      ['a task/a', 'b task/b'],
    );
    await assertNothingLeft(made, ['main', 'task/a', 'task/b']);
    await made.git('stash', '-q', '-u');
    await made.git('merge', '-q', 'task/a');
    const second = await made.git('merge', 'task/b').catch((error: { stdout: string }) => error.stdout);
    assert.match(second, /CONFLICT \(content\): Merge conflict in f/);
    assert.match(textOf(made), /<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> task\/b/);
  });
}

const withoutRuns = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('.ptask/')));

test('a rerun sees the environment of a first run, and its attempts count on', async () => {
  const made = await ground({ f: ten });
  const run = await runIn(
    made.dir,
    clash({}, { run: `${setLine(5, 'B')}; echo $PTASK_ATTEMPT $PTASK_BRANCH >> other`, env: {} }),
    { env: hermeticEnv() },
  );
  assert.match(textOf(made, 'other'), /^2 task\/b(-2)?\n$/, told(run));
});
