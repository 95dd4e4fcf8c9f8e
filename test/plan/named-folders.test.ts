import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { listingOf } from '../../src/plan/list-inputs.ts';
import { NamedFolders } from '../../src/plan/named-folders.ts';
import { matcher, overlap } from '../../src/plan/patterns/index.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { configOf, edgesOf, NO_WORKTREES, planNow, planOf } from './support.ts';

const test = suite('plan/named-folders');

const read = (files: string, list: string): string =>
  new NamedFolders(listingOf(files.split(' ').sort()), { links: [], fileLinks: [] })
    .in(list.split(' '))
    .join(' ');

test('a name is what it is today', () => {
  assert.is(read('dist/a.js Makefile', 'dist Makefile ./dist'), 'dist/ Makefile ./dist/');
  assert.is(
    read('packages/a/dist/x packages/b/y', 'packages/*/dist packages/*/y'),
    'packages/*/dist/ packages/*/y',
  );
  assert.is(read('a/x', '{a,b} @(a|b) [ab]'), '{a,b}/ @(a|b)/ [ab]/');
  assert.is(read('v1.js/x app/[slug]/page', 'v1.js app/[slug]'), 'v1.js/ app/[slug]/');
});

test('a name that nothing has yet may become either, unless it sounds like a file', () => {
  assert.is(read('x', 'dist .cache v1.2'), 'dist/ .cache/ v1.2/');
  assert.is(read('x', 'report.html **/index.ts {a,b.js}'), 'report.html **/index.ts {a,b.js}/');
});

test('wildcards are no names, and an exclude leaves out the folder', () => {
  assert.is(read('a/x', '* a* ? **/*.d.ts !(a) a/**'), '* a* ? **/*.d.ts !(a) a/**');
  assert.is(read('a/x', '** !a !b.js !*'), '** !a/ !b.js/ !*');
});

test('what lies in a folder is matched by its name', () => {
  for (const name of ['dist', './dist', 'dist/', '{dist,out}', 'dis[t]', '**/dist'])
    assert.ok(matcher([name])('dist/js/a.js'), name);
  assert.ok(matcher(['app/[slug]'])('app/[slug]/page.tsx'));
  assert.ok(matcher(['packages/*/dist'])('packages/a/dist/x'));
  assert.not.ok(matcher(['dist'])('dist2/a'));
  assert.not.ok(matcher(['**', '!dist'])('dist/js/a.js'));
  assert.not.ok(matcher(['packages/*'])('packages/a/x'), 'a wildcard is one name');
});

test('overlaps of folders', () => {
  assert.is(overlap(['dist/'], ['dist/a.js']).witness, 'dist/a.js');
  assert.is(overlap(['dist/'], ['dist']).witness, 'dist');
  assert.is(overlap(['dist/'], ['**/*.js']).witness, 'dist/a.js');
  assert.is(overlap(['packages/*/dist/'], ['packages/a/**/*.js']).witness, 'packages/a/dist/a.js');
  assert.is(overlap(['src/**', '!src/gen'], ['src/gen/x']).overlap, false);
  assert.is(overlap(['dist/', '!dist/js'], ['dist/js/**']).overlap, false);
  assert.is(overlap(['package.json'], ['**/*.js']).overlap, false);
});

const two = (writes: string, reads: string): string =>
  `tasks: { a: { run: x, writes: [${writes}] }, b: { run: x, reads: [${reads}] } }`;

test('plans: a folder that exists, one that a task makes, and a file', () => {
  assert.equal(edgesOf(planOf(two('dist', 'dist/a.js'), ['dist/a.js'])), ['a>b write-read dist/a.js']);
  assert.equal(edgesOf(planOf(two('dist/b.js', 'dist'), ['dist/a.js'])), ['a>b write-read dist/b.js']);
  assert.equal(edgesOf(planOf(two('out', "'**/*.js'"), ['src/x'])), ['a>b write-read out/a.js']);
  assert.equal(edgesOf(planOf(two('LICENSE', "'**/*.js'"), ['LICENSE'])), []);
  assert.equal(edgesOf(planOf(two("'src/**', '!src/gen'", 'src/gen/x'), ['src/gen/x'])), []);
  assert.equal(planOf(two('dist', 'src'), ['dist/a', 'dist/b/c', 'src/x']).tasks[0]?.files.writes, 2);
  assert.equal(planOf(two('dist', 'src'), ['dist/a']).tasks[0]?.writes, ['dist'], 'shown as written');
});

test('plans: a link to a folder is that folder, in the tree or elsewhere', () => {
  const [root, outside] = [tempDir(), tempDir()];
  write(root, { 'real/a.js': '' });
  symlinkSync('real', join(root, 'link.d'));
  symlinkSync(outside, join(root, 'away'));
  const edges = (writes: string, reads: string): string[] => {
    const plan = planNow(configOf(two(writes, reads), root), { isolation: NO_WORKTREES });
    if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
    return edgesOf(plan.value).map((edge) => edge.split(' ')[0] as string);
  };
  assert.equal(edges('link.d', 'real/a.js'), ['a>b']);
  assert.equal(edges('real', 'link.d/x.js'), ['a>b']);
  assert.equal(edges('away', "'**/*.js'"), ['a>b']);
});
