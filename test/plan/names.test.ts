import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { configOf, conflictsOf, edgesOf, planNow, planOf } from './support.ts';

const test = suite('plan/names');

/** The plan of a folder with these files and links. */
function planIn(yaml: string, files: string[], links: Record<string, string> = {}) {
  const root = tempDir();
  write(root, Object.fromEntries(files.map((file) => [file, ''])));
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(root, link));
  const plan = planNow(configOf(yaml, root));
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return plan.value;
}

const two = (a: string, b: string): string =>
  `tasks:\n  a: { run: ':', writes: [${a}] }\n  b: { run: ':', reads: [${b}] }\n`;

test('a file under two names, through a link to a folder', () => {
  const plan = planIn(two('lib/x.ts', 'src/**'), ['lib/x.ts', 'src/a'], { 'src/shared': '../lib' });
  assert.equal(edgesOf(plan), ['a>b write-read lib/x.ts']);
  assert.equal(plan.conflicts[0]?.patterns, ['lib/x.ts', 'src/**']);
  assert.is(plan.conflicts[0]?.basis, 'existing');
});

test('a link whose target nobody lists by name, and a link below it', () => {
  const plan = planIn(two('one/two/x', 'deep/x'), ['real/y', 'deep/x'], {
    one: 'real',
    'real/two': '../deep',
  });
  assert.equal(edgesOf(plan), ['a>b write-read deep/x']);
});

test('a file under two names, through a link to the file', () => {
  const plan = planIn(two('docs/readme.md', 'README.md'), ['README.md', 'docs/x'], {
    'docs/readme.md': '../README.md',
  });
  assert.equal(edgesOf(plan), ['a>b write-read README.md']);
  assert.equal(plan.conflicts[0]?.patterns, ['docs/readme.md', 'README.md']);
});

test('links to files: through a pattern, below a linked folder, to one file outside; an exclude leaves one out', () => {
  const files = ['lib/real.ts', 'app/x'];
  const made = {
    'app/a.ts': '../lib/real.ts',
    way: 'app',
    'lib/out': '/etc/hosts',
    'app/out': '/etc/hosts',
  };
  const meets = (a: string, b: string): boolean => planIn(two(a, b), files, made).conflicts.length > 0;
  assert.ok(meets('app/**', 'lib/real.ts'));
  assert.ok(meets('lib/*.ts', 'app/*.ts'));
  assert.ok(meets('way/a.ts', 'lib/real.ts'), 'a link below a link');
  assert.ok(meets('lib/out', 'app/out'));
  assert.not.ok(meets("app/**, '!**/a.ts'", 'lib/real.ts'));
  assert.not.ok(meets('app/x', 'lib/real.ts'));
});

test('many links to files are told by their folders', () => {
  const many = Array.from({ length: 250 }, (_, index) => `${index}`);
  const made = Object.fromEntries(many.map((name) => [`bin/${name}`, `../lib/${name}/cli`]));
  const plan = planIn(two('bin/*', 'lib/7/cli'), ['bin/x', ...many.map((name) => `lib/${name}/cli`)], made);
  assert.equal(conflictsOf(plan), ['a×b write-read order']);
});

test('patterns speak of the root, whatever folder a task runs in', () => {
  const yaml = `tasks:
  a: { run: ':', cwd: pkg, writes: ['src/**'] }
  b: { run: ':', reads: ['pkg/src/**'] }
  c: { run: ':', cwd: pkg, reads: [src/x] }
`;
  assert.equal(edgesOf(planIn(yaml, ['pkg/src/x', 'src/x'])), ['a>c write-read src/x']);
});

test('links in a circle, and to nothing', () => {
  const made = { 'a/up': '..', 'a/round': 'about', 'a/about': 'round', 'a/dead': 'nowhere' };
  assert.equal(edgesOf(planIn(two('a/up/a/up/b/x', 'b/x'), ['b/x', 'a/x'], made)), ['a>b write-read b/x']);
  assert.equal(edgesOf(planIn(two('a/round', 'a/dead'), ['a/x'], made)), []);
});

test('case counts unless git says that it does not', () => {
  const yaml = two('Dist/App.js', 'dist/**');
  assert.equal(planIn(yaml, ['Dist/App.js']).conflicts, []);
  const root = tempDir();
  write(root, { '.git/config': '[core]\n\tignorecase = true\n', 'Dist/App.js': '' });
  const plan = planNow(configOf(yaml, root));
  assert.ok(plan.ok);
  assert.equal(plan.ok && conflictsOf(plan.value), ['a×b write-read order']);
  assert.equal(plan.ok && plan.value.conflicts[0]?.patterns, ['Dist/App.js', 'dist/**']);
  assert.equal(plan.ok && plan.value.conflicts[0]?.files, { count: 1, sample: ['Dist/App.js'] });
  assert.is(plan.ok && plan.value.conflicts[0]?.witness, 'Dist/App.js');
});

test('a conflict that only a widened pattern tells of is not exact', () => {
  const root = tempDir();
  write(root, { '.git/config': '[core]\n\tignorecase = true\n' });
  const exactness = (one: string, other: string): unknown => {
    const plan = planNow(configOf(two(one, other), root));
    if (!plan.ok) return plan.diagnostics;
    return plan.value.conflicts.map(({ exact, reason }) => [exact, /other names/.test(reason ?? '')]);
  };
  assert.equal(exactness('Src/a', 'src/*'), [[true, false]]);
  // A class of a sign and a letter is taken to match everything below its folder.
  assert.equal(exactness("'src/[;A]x'", 'src/*'), [[false, true]]);
});

test('composed and decomposed', () => {
  assert.equal(conflictsOf(planOf(two('caf\u00e9/x', 'cafe\u0301/x'))), ['a×b write-read order']);
});

test('a file against a folder', () => {
  const plan = planOf(two('dist.js', 'dist.js/app.js'));
  assert.equal(edgesOf(plan), ['a>b write-read']);
  assert.equal(plan.conflicts[0]?.clash, { file: 'dist.js', below: 'dist.js/app.js' });
  assert.is(plan.conflicts[0]?.basis, 'possible');
});
