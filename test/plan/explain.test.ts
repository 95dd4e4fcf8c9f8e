import { explain, findPair, toExplain } from '../../src/plan/explain.ts';
import { listingOf } from '../../src/plan/list-inputs.ts';
import { assert, suite } from '../support/suite.ts';
import { configOf, locate, NO_WORKTREES, planNow } from './support.ts';

const test = suite('plan/explain');

/** `a` and `b` of a config that is written as one task a line, its body in braces. */
function explained(lines: string, files: string[] = [], pair: [string, string] = ['a', 'b'], top = '') {
  const tasks = lines
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}\n`);
  const config = configOf(`${top}tasks:\n${tasks.join('')}`);
  const plan = planNow(toExplain(config), { isolation: NO_WORKTREES });
  const found = findPair(config, pair);
  if (!plan.ok || !found.ok) throw new Error(JSON.stringify([plan, found]));
  const input = {
    config,
    plan: plan.value,
    listing: listingOf([...files].sort()),
    links: { links: [], fileLinks: [] },
    locate: locate(config),
  };
  return explain(input, found.value);
}

const path = ({ order }: ReturnType<typeof explained>): string =>
  order
    ? `${order.by}: ${order.path.map(({ from, to, because }) => `${from}>${to} ${because.kind}`).join(', ')}`
    : 'none';

test('two that have nothing in common', () => {
  const one = explained(`
    a: { run: x, reads: [src/**], writes: [dist/a] }
    b: { run: x, reads: [src/**], writes: [dist/b] }`);
  assert.is(one.verdict, 'at-once');
  assert.equal(one.meetings, []);
  assert.equal(one.fixes, []);
  assert.not.ok('order' in one);
});

test('what is not declared is told', () => {
  const one = explained(`
    a: { run: x }
    b: { run: x, writes: [dist/b] }`);
  assert.equal(one.undeclared, ['a']);
  assert.equal(one.fixes, ['declare what a reads and writes: ptask assumes it touches no files']);
});

test('both write: all includes that meet, each with its place, and a file of today before one made up', () => {
  const one = explained(
    `
    a: { run: x, writes: ['dist/**', '!dist/x/**', 'lib/*.js', tmp/y] }
    b: { run: x, writes: [dist/app.js, 'lib/a*', dist/x/z] }`,
    ['lib/a1.js', 'lib/a2.js', 'lib/b.js', 'other'],
  );
  assert.is(one.verdict, 'ordered');
  assert.is(path(one), 'hazard: a>b write-write');
  assert.equal(
    one.meetings.map(({ sides, witness, basis, files }) => [
      ...sides.map((side) => `${side.task} ${side.pattern}`),
      `${witness} ${basis} ${files.count}`,
    ]),
    [
      ['a dist/**', 'b dist/app.js', 'dist/app.js possible 0'],
      ['a lib/*.js', 'b lib/a*', 'lib/a1.js existing 2'],
    ],
  );
  assert.equal(one.meetings[0]?.sides[1].place, { file: 'parallel.config.yaml', line: 3, column: 25 });
  assert.equal(one.policy, { conflicts: 'auto', of: [] });
});

test('the exclude that is proposed ends the meeting', () => {
  const lines = (more: string) => `
    a: { run: x, writes: ['dist/**'${more}] }
    b: { run: x, writes: [dist/app.js, 'dist/*.css'] }`;
  const [fix = ''] = explained(lines('')).fixes;
  assert.match(fix, "add '!dist/app.js', '!dist/*.css' to the `writes` of a");
  assert.equal(explained(lines(", '!dist/app.js', '!dist/*.css'")).meetings, []);
});

test('no exclude is proposed that would leave nothing', () => {
  const { fixes } = explained(`
    a: { run: x, writes: [dist/app.js] }
    b: { run: x, writes: [dist/app.js] }`);
  assert.not.ok(fixes.some((fix) => fix.startsWith('add ')));
  assert.ok(fixes.some((fix) => fix.startsWith('`needs: [a]` on b')));
});

test('a reader after its writer, whoever is asked for first', () => {
  const one = explained(`
    a: { run: x, reads: ['gen/**'] }
    b: { run: x, writes: [gen/client.ts] }`);
  assert.is(path(one), 'hazard: b>a write-read');
  assert.is(one.order?.first, 'b');
  assert.equal(
    one.meetings.map(({ kind, sides }) => [kind, ...sides.map(({ access }) => access)]),
    [['write-read', 'reads', 'writes']],
  );
  assert.ok(one.fixes.some((fix) => fix.startsWith('`snapshotReads: true` on a')));
});

test('a reader that takes the state from before runs at once', () => {
  const one = explained(`
    a: { run: x, reads: ['gen/**'], snapshotReads: true }
    b: { run: x, writes: [gen/client.ts] }`);
  assert.is(one.verdict, 'at-once');
  assert.equal(one.snapshotReads, ['a']);
  assert.is(one.meetings.length, 1);
});

test('needs: the whole way, and by needs alone where there is one', () => {
  const lines = `
    a: { run: x, writes: [p] }
    c: { run: x, reads: [p], writes: [q], needs: [a] }
    d: { run: x, needs: [c] }
    b: { run: x, reads: [q], needs: [d] }`;
  assert.is(path(explained(lines)), 'needs: a>c needs, c>d needs, d>b needs');
  assert.is(path(explained(lines, [], ['b', 'a'])), 'needs: a>c needs, c>d needs, d>b needs');
});

test('a need that no file speaks for', () => {
  const { fixes } = explained(`
    a: { run: x, writes: [p] }
    b: { run: x, writes: [q], needs: [a] }`);
  assert.equal(fixes, ['drop `needs: [a]` of b, if it only stands for files: they touch none in common']);
  const used = explained(`
    a: { run: x, writes: [p] }
    b: { run: x, reads: [p], needs: [a] }`);
  assert.equal(used.fixes, []);
  const early = explained(`
    a: { run: x, reads: [p] }
    b: { run: x, writes: [p], needs: [a] }`);
  assert.match(early.fixes[0] ?? '', 'reverse the `needs`');
});

test('ordered through others: the chain, and where to ask on', () => {
  const one = explained(`
    a: { run: x, writes: [p] }
    c: { run: x, reads: [p], writes: [q] }
    b: { run: x, reads: [q] }`);
  assert.is(path(one), 'hazard: a>c write-read, c>b write-read');
  assert.equal(one.meetings, []);
  assert.match(one.fixes[0] ?? '', '`ptask explain a c`, `ptask explain c b`');
});

test('a sequence that was asked for', () => {
  const lines = `
    a: { run: x, writes: [p] }
    b: { run: x, writes: [q] }`;
  const one = explained(lines, [], ['a', 'b'], 'strategy: sequential\n');
  assert.is(path(one), 'sequence: a>b sequential');
  assert.match(one.fixes[0] ?? '', 'strategy: auto');
});

test('the policy: error is told and not failed on, allow runs both', () => {
  const lines = (policy: string) => `
    a: { run: x, writes: [p], conflicts: ${policy} }
    b: { run: x, writes: [p] }
    z: { run: x, writes: [p], conflicts: error }`;
  const refused = explained(lines('error'));
  assert.is(refused.verdict, 'refused');
  assert.equal(refused.policy, { conflicts: 'error', of: ['a'] });
  assert.ok(refused.fixes.some((fix) => fix.startsWith('`conflicts: serialize`')));
  const allowed = explained(`
    a: { run: x, writes: [p], conflicts: allow }
    b: { run: x, writes: [p] }`);
  assert.is(allowed.verdict, 'at-once');
  assert.is(allowed.meetings.length, 1);
  assert.match(allowed.fixes.at(-1) ?? '', 'conflicts: serialize');
});

test('resources: how each uses them, and whether that alone excludes the other', () => {
  const one = explained(
    `
    a: { run: x, resources: { db: write, seat: 1, log: read } }
    b: { run: x, resources: { db: read, seat: 1, log: read, own: write } }`,
    [],
    ['a', 'b'],
    'resources: { seat: 2 }\n',
  );
  assert.is(one.verdict, 'excluded');
  assert.equal(one.resources, [
    { name: 'db', uses: ['write', 'read'], clash: true },
    { name: 'log', uses: ['read', 'read'], clash: false },
    { name: 'seat', uses: ['1', '1'], capacity: 2, clash: false },
  ]);
  assert.match(one.fixes[0] ?? '', '`db: read` on a');
  const counted = explained(
    `
    a: { run: x, resources: { seat: 2 } }
    b: { run: x, resources: { seat: 1 } }`,
    [],
    ['a', 'b'],
    'resources: { seat: 2 }\n',
  );
  assert.match(counted.fixes[0] ?? '', 'seat: 3');
});

test('the names: what there is not, and one twice', () => {
  const config = configOf('tasks:\n  build: { run: x }\n  test: { run: x }\n');
  const wrong = findPair(config, ['biuld', 'nothing-like-it']);
  assert.equal(wrong.ok || wrong.diagnostics, [
    { message: 'there is no task `biuld`', hint: 'did you mean `build`?' },
    { message: 'there is no task `nothing-like-it`', hint: 'ptask list shows the tasks' },
  ]);
  const twice = findPair(config, ['test', 'test']);
  assert.match(twice.ok ? '' : (twice.diagnostics[0]?.message ?? ''), '`test` is named twice');
  const unknownTwice = findPair(config, ['tset', 'tset']);
  assert.is(unknownTwice.ok ? 0 : unknownTwice.diagnostics.length, 1);
});

test('long lists are cut, and that is told', () => {
  const many = (name: string) => Array.from({ length: 50 }, (_, at) => `'${name}${at}*'`).join(', ');
  const one = explained(`
    a: { run: x, writes: ['x0', ${many('x')}] }
    b: { run: x, writes: ['x0', ${many('x')}] }`);
  assert.is(one.unseen, 51 * 51 - 2_000);
  assert.ok(one.meetings.length > 50);
});
