// `ptask undo`: the tree as before a run, all of it, or nothing where somebody would lose something.
import { chmodSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, gitProject, project } from '../support/cli.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/undo');

/** Without git's own. */
const files = (dir: string): Record<string, string> =>
  Object.fromEntries(Object.entries(rawTree(dir)).filter(([path]) => !path.startsWith('.git/')));

const EVERYTHING =
  'echo new > f/new; mkdir -p f/made/deep; echo x > f/made/deep/x; chmod u+w f/ro; echo changed > f/ro; chmod 755 f/ro; ' +
  'rm f/gone f/link; ln -s ro f/link; ln -sf nowhere f/plain; echo over > f/ignored.log; rm -r f/folder; echo file > f/folder; ' +
  'printf changed > f/twin; chmod 600 f/setuid; rmdir f/empty 2>/dev/null; ' +
  'for each in f/odd*; do echo over > "$each"; done; echo new > "$(printf "f/new\\377")"';

/** A name that is no UTF-8, where there can be one. */
const odd = (name: string): Buffer =>
  Buffer.concat([Buffer.from(name), Buffer.from(process.platform === 'linux' ? [0xff] : [])]);

const written = {
  '.gitignore': '*.log\n',
  'f/ro': { content: 'read-only', mode: 0o444 },
  'f/gone': { content: 'secret', mode: 0o600 },
  'f/plain': 'plain',
  'f/link': { symlink: '../elsewhere' },
  'f/ignored.log': { content: 'ignored\0bytes', mode: 0o640 },
  'f/folder/inside': 'inside',
  'f/twin': 'twin',
  'f/setuid': 'x',
  'f/empty/': '',
  other: 'other',
};

for (const [letter, more] of [
  ['A', {}],
  ['B', { other: { run: 'echo 1 > f/too', writes: ['f/**'] } }],
  [
    'C',
    {
      after: { run: 'cat f/new > after', needs: ['all'], writes: ['after'] },
      beside: { run: 'echo 1 > beside', needs: ['all'], writes: ['beside'] },
    },
  ],
  ['D', { after: { run: 'cat f/new > f/ro', needs: ['all'], writes: ['f/ro'] } }],
] as const)
  test(`everything comes back, byte for byte: strategy ${letter}`, async () => {
    const tasks = { all: { run: EVERYTHING, writes: ['f/**'] }, ...more };
    const made = await gitProject({ config: JSON.stringify({ tasks }), files: written });
    const { dir, ptask } = made;
    chmodSync(join(dir, 'f/setuid'), 0o4755);
    linkSync(join(dir, 'other'), join(dir, 'f/other-name'));
    writeFileSync(join(dir, 'f/untracked'), 'mine');
    writeFileSync(odd(join(dir, 'f/odd')), 'mine');
    writeFileSync(Buffer.concat([odd(join(dir, 'f/odd')), Buffer.from('.log')]), 'mine, ignored');
    const before = files(dir);
    const ran = expectCode(await ptask('run', '--json'), 0);
    assert.is(JSON.parse(ran.stdout).strategy.letter, letter);
    assert.not.equal(files(dir), before);
    expectOutput(expectCode(await ptask('undo'), 0), /undid run \S+: restored \d{2} files/);
    assert.equal(files(dir), before);
  });

test('a dry run lists what would come back, as a real one then does, and changes nothing', async () => {
  const run = 'echo new > new; rm gone; echo changed > file; mkdir -p made/deep; echo x > made/deep/x';
  const { dir, ptask } = await gitProject({
    config: JSON.stringify({ tasks: { all: { run, writes: ['new', 'gone', 'file', 'made/**'] } } }),
    files: { gone: 'gone', file: 'file' },
  });
  const before = files(dir);
  expectCode(await ptask('run'), 0);
  const changed = files(dir);
  const { stdout } = expectCode(await ptask('undo', '--dry-run'), 0);
  assert.match(
    stdout,
    /^would undo run PARALLEL-\S+: 4 files\n {2}recreate {2}gone\n {2}remove {4}made\/deep\/x\n {2}remove {4}new\n {2}restore {3}file\n$/,
  );
  assert.equal(files(dir), changed);
  writeFileSync(join(dir, 'file'), 'mine');
  expectOutput(
    expectCode(await ptask('undo', '--dry-run'), 2),
    /undoing the run would lose that\n {2}- file\n/,
  );
  writeFileSync(join(dir, 'file'), 'changed\n');
  expectOutput(expectCode(await ptask('undo'), 0), /restored 4 files/);
  assert.equal(files(dir), before);
  expectOutput(expectCode(await ptask('undo', '--dry-run'), 2), /there is no run to undo/);
});

const CHAIN = JSON.stringify({
  tasks: {
    one: { run: 'echo one >> shared; echo 1 > one', writes: ['shared', 'one'] },
    two: { run: 'echo two >> shared; echo 2 > two', writes: ['shared', 'two'] },
    look: { run: 'true' },
  },
});

test('one run after the other, each once; the last that changed something comes first', async () => {
  const { dir, ptask } = project({ config: CHAIN, files: { shared: 'zero\n' } });
  const zero = files(dir);
  await ptask('run', 'one');
  const one = files(dir);
  await ptask('run', 'two');
  await ptask('run', 'look');
  expectCode(await ptask('undo'), 0);
  assert.equal(files(dir), one);
  expectCode(await ptask('undo'), 0);
  assert.equal(files(dir), zero);
  expectOutput(expectCode(await ptask('undo'), 2), /there is no run to undo/);
  const [first = ''] = readdirSync(join(dir, '.ptask/runs')).sort();
  expectOutput(expectCode(await ptask('undo', first), 2), /is already undone/);
});

test('a run under a newer one is refused, with the newer one named', async () => {
  const { dir, ptask } = project({ config: CHAIN, files: { shared: 'zero\n' } });
  await ptask('run', 'one');
  await ptask('run', 'two');
  const before = files(dir);
  const [first = '', second = ''] = readdirSync(join(dir, '.ptask/runs')).sort();
  const refused = expectCode(await ptask('undo', first), 2);
  expectOutput(refused, new RegExp(`shared, by run ${second}`));
  expectOutput(refused, new RegExp(`nothing was changed; undo ${second} first`));
  assert.equal(files(dir), before);
});

test('what somebody has edited since is listed, and nothing is changed', async () => {
  const { dir, ptask, write } = project({ config: CHAIN, files: { shared: 'zero\n' } });
  await ptask('run', 'one');
  write({ shared: 'zero\none\nmine\n' });
  const before = files(dir);
  const refused = expectOutput(expectCode(await ptask('undo'), 2), /a file has changed since run/);
  expectOutput(refused, /shared/);
  assert.equal(files(dir), before);
  // The same content by another hand is no edit.
  rmSync(join(dir, 'shared'));
  write({ shared: 'zero\none\n' });
  expectCode(await ptask('undo'), 0);
  assert.is(readFileSync(join(dir, 'shared'), 'utf8'), 'zero\n');
});

test('what cannot be put back as a whole is not put back in parts', async () => {
  const { dir, ptask } = await gitProject({
    config: CHAIN,
    files: { shared: 'zero\n', '.gitignore': '.ptask\n' },
  });
  await ptask('run', 'one');
  const before = files(dir);
  rmSync(join(dir, '.git/ptask/top/store'), { recursive: true });
  const refused = expectCode(await ptask('undo'), 2);
  expectOutput(refused, /cannot be undone: shared cannot be put back: .* is missing/);
  assert.equal(files(dir), before);
  expectOutput(await ptask('clean'), /nothing to clean up/);
});

test('what was committed is for git to take back, which says how', async () => {
  const tasks = { one: { run: 'echo one > one', writes: ['one'] } };
  const config = JSON.stringify({ integrate: 'merge', tasks });
  const { dir, ptask, git } = await gitProject({ config, files: { '.gitignore': '.ptask\n' } });
  const before = files(dir);
  expectCode(await ptask('run'), 0);
  const refused = expectCode(await ptask('undo'), 2);
  const [, command = ''] = /(git reset --keep \w+)/.exec(refused.all) ?? [];
  await git(...command.split(' ').slice(1));
  assert.equal(files(dir), before);
});
