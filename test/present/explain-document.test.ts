import { createColors } from 'picocolors';
import type { ExplainedMeeting, Explanation } from '../../src/model/explanation.ts';
import { explainDocument } from '../../src/present/explain-document.ts';
import { documentText } from '../../src/ui/document-lines.ts';
import { widthOf } from '../../src/ui/layout.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/explain-document');

const meeting = (more: Partial<ExplainedMeeting> = {}): ExplainedMeeting => ({
  kind: 'write-write',
  sides: [
    { task: 'api', access: 'writes', pattern: 'src/**', place: { file: 'p.yaml', line: 3, column: 9 } },
    {
      task: 'web',
      access: 'writes',
      pattern: 'src/routes.ts',
      place: { file: 'p.yaml', line: 12, column: 15 },
    },
  ],
  witness: 'src/routes.ts',
  files: { count: 1, sample: ['src/routes.ts'] },
  basis: 'existing',
  exact: true,
  ...more,
});

const explanation = (more: Partial<Explanation> = {}): Explanation => ({
  schemaVersion: 1,
  tasks: ['api', 'web'],
  verdict: 'ordered',
  order: {
    by: 'hazard',
    first: 'api',
    path: [{ from: 'api', to: 'web', because: { kind: 'write-write', witness: 'src/routes.ts' } }],
  },
  meetings: [meeting()],
  unseen: 0,
  resources: [],
  policy: { conflicts: 'serialize', of: ['web'] },
  snapshotReads: [],
  raw: [],
  undeclared: [],
  fixes: ["add '!src/routes.ts' to the `writes` of api, if it leaves to web what that writes"],
  ...more,
});

const show = (more: Partial<Explanation> = {}, columns = 80, look: { all?: boolean; color?: boolean } = {}) =>
  documentText(
    explainDocument(explanation(more), look.all ? Infinity : undefined),
    { colors: createColors(look.color ?? false), unicode: true, columns },
    look.all ?? false,
  );

/** Without the order that `explanation` has by itself. */
function unordered(more: Partial<Explanation>): string {
  const { order: _, ...rest } = explanation({ meetings: [], fixes: [], ...more });
  return documentText(explainDocument(rest), { colors: createColors(false), unicode: true, columns: 80 });
}

test('at 80 columns', () => {
  assert.fixture(
    show(),
    `api and web never run in parallel: api runs first

Why
  • api before web: both write src/routes.ts
  • the policy for what both write is serialize, as web says

Where they overlap
  api writes  src/**         p.yaml:3:9
  web writes  src/routes.ts  p.yaml:12:15
  both match  src/routes.ts (1 existing file)

What would change this
  • add '!src/routes.ts' to the \`writes\` of api, if it leaves to web what that
    writes
`,
  );
});

test('no line is wider than the terminal, and colours change no text', () => {
  const long = meeting({
    basis: 'possible',
    files: { count: 0, sample: [] },
    exact: false,
    reason: 'the pattern `x` is too large to decide',
  });
  for (const columns of [60, 80, 120]) {
    const lines = show({ meetings: [meeting(), long] }, columns).split('\n');
    assert.equal(
      lines.filter((line) => widthOf(line) > columns),
      [],
    );
    const colored = show({ meetings: [meeting(), long] }, columns, { color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    assert.is(colored.replace(/\u001b\[\d+m/g, ''), lines.join('\n'));
  }
});

test('a chain, with the reason of each of its edges', () => {
  const path = [
    { from: 'api', to: 'mid', because: { kind: 'needs' as const } },
    { from: 'mid', to: 'web', because: { kind: 'write-read' as const, witness: 'gen/a' } },
  ];
  const text = show({ order: { by: 'hazard', first: 'api', path }, meetings: [] });
  assert.match(
    text,
    '• api → mid → web\n  • mid needs api\n  • mid before web: web reads gen/a, which mid writes\n',
  );
});

test('what needs nothing said says so', () => {
  assert.is(
    unordered({ verdict: 'at-once' }),
    'api and web can run in parallel\n\nWhy\n  • no path that one of them writes is read or written by the other\n',
  );
  assert.match(
    unordered({ verdict: 'at-once', undeclared: ['api'] }),
    'api says neither what is read nor what',
  );
});

test('a raw task runs alone', () => {
  const text = unordered({ verdict: 'excluded', raw: ['api'] });
  assert.match(text, /never run in parallel, whichever goes first\n/);
  assert.match(text, '• nothing runs beside api: raw\n');
});

test('resources', () => {
  const text = unordered({
    verdict: 'excluded',
    resources: [
      { name: 'db', uses: ['write', 'read'], clash: true },
      { name: 'seat', uses: ['1', '2'], capacity: 4, clash: false },
    ],
  });
  assert.match(text, /^api and web never run in parallel, whichever goes first\n/);
  assert.match(text, '• they exclude each other by db\n');
  assert.match(text, '  db: api write, web read; never both at the same time\n');
  assert.match(text, '  seat: api 1, web 2 of 4; both, if enough are free\n');
});

test('many meetings: the first few, unless all are asked for', () => {
  const many = Array.from({ length: 7 }, () => meeting());
  assert.match(show({ meetings: many }), /… and 2 more\n.*\n--verbose shows everything\n$/s);
  const all = show({ meetings: many, unseen: 3 }, 80, { all: true });
  assert.is(all.match(/both match/g)?.length, 7);
  assert.match(all, '3 pairs of patterns not looked at');
});

test('a file against a folder', () => {
  const { witness: _, ...rest } = meeting({ clash: { file: 'dist', below: 'dist/a' } });
  assert.match(show({ meetings: [rest] }), 'cannot be   dist a file and dist/a below it');
});

test('names that would move the cursor do not', () => {
  assert.not.match(show({ tasks: ['a\u001b[2J', 'web'] }), '\u001b');
});

test('a pattern that is too long to read loses its middle, whole characters and nothing of its ends', () => {
  const pattern = `src/{${'🎉é'.repeat(3_000)}}/end.ts`;
  const [first, second] = meeting().sides;
  const text = documentText(
    explainDocument(
      explanation({
        meetings: [meeting({ sides: [{ ...first, pattern }, second] })],
        fixes: [`leave src/routes.ts out of ${pattern}`],
      }),
    ),
    { colors: createColors(false), unicode: true, columns: 80 },
  );
  assert.ok(text.length < 2_000, `${text.length} characters`);
  assert.match(text, /api writes +src\/\{(🎉é)+🎉?…é?(🎉é)+\}\/end\.ts/u);
  assert.match(text, /out of\s+src\/\{(🎉é)+🎉?…é?(🎉é)+\}\/end\.ts/u);
});
