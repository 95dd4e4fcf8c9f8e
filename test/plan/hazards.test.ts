import { assert, suite } from '../support/suite.ts';
import { conflictsOf, edgesOf, phasesOf, planOf, tryPlan } from './support.ts';

const test = suite('plan/hazards');

/** Tasks in one line each: `name | reads | writes | more`. */
function tasks(...lines: string[]): string {
  const one = (line: string): string => {
    const [id, reads = '', writes = '', more = ''] = line.split('|').map((part) => part.trim());
    const list = (text: string): string =>
      `[${text
        .split(' ')
        .filter(Boolean)
        .map((glob) => `'${glob}'`)
        .join(', ')}]`;
    return `  ${id}: { run: ':', reads: ${list(reads)}, writes: ${list(writes)}${more === '' ? '' : `, ${more}`} }\n`;
  };
  return `tasks:\n${lines.map(one).join('')}`;
}

test('two readers of one file are no hazard', () => {
  const plan = planOf(tasks('a | src/** |', 'b | src/** |'));
  assert.equal(plan.conflicts, []);
  assert.is(plan.strategy.letter, 'A');
});

test('write-write: by declaration, decided on patterns though no such file exists', () => {
  const plan = planOf(tasks('b | | dist/**', 'a | | dist/app.js'));
  assert.equal(edgesOf(plan), ['b>a write-write dist/app.js']);
  assert.equal(plan.conflicts, [
    {
      tasks: [['b'], ['a']],
      kind: 'write-write',
      patterns: ['dist/**', 'dist/app.js'],
      witness: 'dist/app.js',
      files: { count: 0, sample: [] },
      basis: 'possible',
      resolution: 'order',
      exact: true,
    },
  ]);
});

test('excludes count: what both could write is excluded by one', () => {
  assert.equal(planOf(tasks('a | | dist/** !dist/types/**', 'b | | dist/types/**/*.d.ts')).conflicts, []);
});

test('the files of today are counted, five are shown, and one of them is the witness', () => {
  const files = Array.from({ length: 7 }, (_, index) => `src/f${index}.ts`);
  const [conflict] = planOf(tasks('a | | src/**', 'b | | src/*.ts other/**'), [
    ...files,
    'src/no.js',
  ]).conflicts;
  assert.equal(conflict?.files, { count: 7, sample: files.slice(0, 5) });
  assert.is(conflict?.witness, 'src/f0.ts');
  assert.equal(conflict?.patterns, ['src/**', 'src/*.ts']);
});

test('the witness is a file of today that the two patterns named both match', () => {
  const files = ['src/x.ts', 'lib/y.js'];
  const [conflict] = planOf(tasks('a | | src/x.ts lib/**', 'b | | lib/*.js src/*'), files).conflicts;
  const named = [
    ['src/x.ts', 'src/*', 'src/x.ts'],
    ['lib/**', 'lib/*.js', 'lib/y.js'],
  ];
  assert.ok(
    named.some((one) => `${one}` === `${[...(conflict?.patterns ?? []), conflict?.witness]}`),
    JSON.stringify(conflict),
  );
});

test('write-read: the writer first, also against the order of declaration', () => {
  const plan = planOf(tasks('app | gen/** |', 'schema | | gen/client.ts'));
  assert.equal(edgesOf(plan), ['schema>app write-read gen/client.ts']);
  assert.equal(plan.conflicts[0]?.tasks, [['schema'], ['app']]);
  assert.equal(plan.conflicts[0]?.patterns, ['gen/client.ts', 'gen/**']);
  assert.is(phasesOf(plan), 'schema | app');
});

test('each reads what the other writes: by declaration, and the early read is named', () => {
  const plan = planOf(tasks('a | y | x', 'b | x | y'));
  assert.equal(edgesOf(plan), ['a>b write-read x']);
  assert.equal(
    plan.notes.filter(({ kind }) => kind === 'reads-before-write'),
    [{ kind: 'reads-before-write', tasks: ['a', 'b'], text: 'a reads y before b writes it' }],
  );
});

test('write-write outweighs write-read', () => {
  const plan = planOf(tasks('a | x | x', 'b | x | x'));
  assert.equal(conflictsOf(plan), ['a×b write-write order']);
});

test('two that write one file, the later of which reads what the earlier writes: it stands on it as well', () => {
  const plan = planOf(tasks('gen | | src/gen/**', 'fmt | src/** | src/**'));
  assert.equal(edgesOf(plan), ['gen>fmt write-write src/gen/a', 'gen>fmt write-read src/gen/a']);
});

test('an early read is named also where two write one file', () => {
  const plan = planOf(tasks('a | y | x', 'b | | x y'));
  assert.equal(edgesOf(plan), ['a>b write-write x']);
  assert.equal(
    plan.notes.filter(({ kind }) => kind === 'reads-before-write').map(({ text }) => text),
    ['a reads y before b writes it'],
  );
});

test('a reader that is ordered after a writer only by turns still stands on it', () => {
  //  w ··▷ m ──▶ r      w and m take turns at a file, r needs m and reads the file
  const plan = planOf(tasks('w | | a', 'm | | a', 'r | a | | needs: [m]'));
  assert.equal(edgesOf(plan), ['m>r needs', 'w>m write-write a', 'w>r write-read a']);
});

test('snapshotReads: no order, and the conflict says so', () => {
  const plan = planOf(tasks('w | | x', 'r | x | | snapshotReads: true'));
  assert.equal(edgesOf(plan), []);
  assert.equal(conflictsOf(plan), ['w×r write-read allow']);
  assert.is(plan.strategy.letter, 'A');
});

test('snapshotReads of the one leaves the reading of the other', () => {
  const plan = planOf(tasks('a | y | x | snapshotReads: true', 'b | x | y'));
  assert.equal(edgesOf(plan), ['a>b write-read x']);
  const other = planOf(tasks('a | y | x', 'b | x | y | snapshotReads: true'));
  assert.equal(edgesOf(other), ['b>a write-read y']);
});

test('a pair that needs orders is no hazard, also through others', () => {
  const plan = planOf(tasks('a | | x', 'b | | | needs: [a]', 'c | x | x | needs: [b]'));
  assert.equal(plan.conflicts, []);
  assert.equal(edgesOf(plan), ['a>b needs', 'b>c needs']);
});

test('a pair that an earlier resolution has ordered is no hazard, so no cycle arises', () => {
  //  a writes x, b reads x:            a → b
  //  b writes y, c reads y:            b → c
  //  c writes z, a reads z: ordered already, and a reads z before c writes it
  const plan = planOf(tasks('a | z | x', 'b | x | y', 'c | y | z'));
  assert.equal(edgesOf(plan), ['a>b write-read x', 'c>a write-read z']);
  assert.is(phasesOf(plan), 'c | a | b');
  assert.equal(
    plan.notes.filter(({ kind }) => kind === 'reads-before-write').map(({ text }) => text),
    ['c reads y before b writes it'],
  );
});

test('needs that put the reader first are as somebody asked, and no note', () => {
  const plan = planOf(tasks('r | x | ', 'w | | x | needs: [r]'), ['x']);
  assert.equal(
    plan.notes.filter(({ kind }) => kind === 'reads-before-write'),
    [],
  );
});

test('conflicts: allow leaves both', () => {
  const plan = planOf(tasks('a | | x', 'b | | x').replace('tasks:', 'conflicts: allow\ntasks:'));
  assert.equal(conflictsOf(plan), ['a×b write-write allow']);
  assert.equal(
    [plan.strategy.letter, plan.strategy.reasons],
    ['A', ['no task waits for another: 1 conflict is allowed']],
  );
});

test("a task's own policy outweighs the config's, and the stricter of two counts", () => {
  const own = planOf(tasks('a | | x | conflicts: allow', 'b | | x'));
  assert.equal(conflictsOf(own), ['a×b write-write allow']);
  const two = planOf(tasks('a | | x | conflicts: allow', 'b | | x | conflicts: serialize'));
  assert.equal(conflictsOf(two), ['a×b write-write order']);
});

test('conflicts: error refuses the plan, with both places', () => {
  const plan = tryPlan(tasks('a | | src/x', 'b | | src/*').replace('tasks:', 'conflicts: error\ntasks:'));
  assert.not(plan.ok);
  const [problem] = plan.ok ? [] : plan.diagnostics;
  assert.match(problem?.message ?? '', /`a` and `b` both write src\/x/);
  assert.equal([problem?.place?.line, problem?.related?.[0]?.place.line], [4, 3]);
});

test('all pairs of three that write one file are told', () => {
  const plan = planOf(tasks('a | | x', 'b | | x', 'c | | x'));
  assert.equal(conflictsOf(plan), [
    'a×b write-write order',
    'a×c write-write order',
    'b×c write-write order',
  ]);
  assert.is(plan.strategy.letter, 'D');
});

test('what cannot be decided counts as overlap and says so', () => {
  const hostile = `${'*(!(foo))'.repeat(60)}`;
  const plan = planOf(tasks(`a | | ${hostile}`, `b | | ${hostile}c`));
  assert.is(plan.conflicts.length, 1);
  if (!plan.conflicts[0]?.exact) assert.type(plan.conflicts[0]?.reason, 'string');
});

const resources = (uses: string[], capacity = ''): string =>
  `${capacity}\ntasks:\n${uses.map((use, index) => `  t${index}: { run: ':', resources: { ${use} } }\n`).join('')}`;

test('resources: readers share', () => {
  assert.equal(planOf(resources(['db: read', 'db: read'])).exclusions, []);
});

test('resources: a writer excludes readers and writers', () => {
  const plan = planOf(resources(['db: write', 'db: read', 'db: read']));
  assert.equal(conflictsOf(plan), ['t0×t1 resource exclude db', 't0×t2 resource exclude db']);
  assert.equal(plan.exclusions, [
    { tasks: ['t0', 't1', 't2'], because: { kind: 'resource', resource: 'db' } },
  ]);
  assert.equal([plan.strategy.letter, plan.phases.length, plan.edges.length], ['C', 1, 0]);
});

test('resources: a counted one lets in as many as it has', () => {
  const capacity = 'resources: { seat: 2 }';
  assert.equal(planOf(resources(['seat: 1', 'seat: 1'], capacity)).exclusions, []);
  const pair = planOf(resources(['seat: 2', 'seat: 1'], capacity));
  assert.equal(conflictsOf(pair), ['t0×t1 resource exclude seat']);
});

test('resources: three that take one of two clash without any pair that does', () => {
  const plan = planOf(resources(['seat: 1', 'seat: 1', 'seat: 1'], 'resources: { seat: 2 }'));
  assert.equal(plan.conflicts, []);
  assert.equal(plan.exclusions, [
    { tasks: ['t0', 't1', 't2'], capacity: 2, because: { kind: 'resource', resource: 'seat' } },
  ]);
  assert.is(plan.strategy.letter, 'C');
});

test('resources: tasks that are ordered anyway are no hazard', () => {
  const plan = planOf(
    "tasks:\n  a: { run: ':', resources: { db: write } }\n  b: { run: ':', needs: [a], resources: { db: write } }\n",
  );
  assert.equal([plan.conflicts, plan.exclusions], [[], []]);
});
