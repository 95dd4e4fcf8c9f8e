import { createColors } from 'picocolors';
import type { Plan } from '../../src/model/plan.ts';
import { planSections } from '../../src/present/analysis-section.ts';
import { inMarkdown, sectionMarkdown } from '../../src/present/markdown.ts';
import { plain } from '../../src/present/plain.ts';
import { planDocument } from '../../src/present/plan-document.ts';
import { documentText } from '../../src/ui/document-lines.ts';
import { widthOf, wrap } from '../../src/ui/layout.ts';
import { conflict, edge, planned, planOf, shopPlan } from '../report/fixtures.ts';
import { problems } from '../report/schemas.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/plan-document');

const PLACES: Record<string, string> = {
  'schema writes src/generated/**': 'parallel.config.yaml:5:14',
  'api reads src/generated/**': 'parallel.config.yaml:10:13',
  'api writes src/api/**': 'parallel.config.yaml:11:14',
  'web reads src/generated/*.ts': 'parallel.config.yaml:16:13',
  'web writes src/api/routes.ts': 'parallel.config.yaml:17:14',
};

function show(
  plan: Plan,
  columns = 80,
  more: { all?: boolean; color?: boolean; unicode?: boolean } = {},
): string {
  const { all = false, color = false, unicode = true } = more;
  const locate = (task: string, side: string, pattern: string) => PLACES[`${task} ${side} ${pattern}`];
  const document = planDocument(plan, { locate, ...(all && { much: Infinity }) });
  return documentText(document, { colors: createColors(color), unicode, columns }, all);
}

/** One schema, many packages that read what it writes, and one task that needs them all. */
function manyPackages(size: number): Plan {
  const packages = Array.from({ length: size - 2 }, (_, at) =>
    planned(`pkg-${at}`, 1, { reads: ['src/generated/**'] }),
  );
  const ids = packages.map(({ id }) => id);
  const witnessOf = (at: number): string => `src/generated/${at}.ts`;
  return planOf([planned('schema', 0, { writes: ['src/generated/**'] }), ...packages, planned('all', 2)], {
    strategy: {
      letter: 'C',
      name: 'phased',
      reasons: ids.map((id, at) => `schema before ${id}: it writes ${witnessOf(at)}`),
    },
    edges: [
      ...ids.map((id, at) => edge('schema', id, { kind: 'write-read', witness: witnessOf(at) })),
      ...ids.map((id) => edge(id, 'all')),
    ],
    conflicts: ids.map((id, at) =>
      conflict(['schema', id], {
        patterns: ['src/generated/**', witnessOf(at)],
        witness: witnessOf(at),
      }),
    ),
    notes: [{ kind: 'undeclared', tasks: ids, text: 'nothing is declared' }],
  });
}

test('at 80 columns', () => {
  assert.equal(problems('plan', shopPlan()), []);
  assert.fixture(
    show(shopPlan()),
    `Strategy C, phased · 5 tasks in 3 phases · 4 conflicts · 2 in worktrees

Why not fully parallel
  • api and web wait for schema, which writes src/generated/client.ts that they
    read
  • e2e needs api and web
  • api and web both write src/api/routes.ts, so each runs in a worktree

Phase 1  schema, lint
Phase 2  api  after schema, for src/generated/**
              never together with web (db.orders)
              in its own worktree
         web  after schema, for src/generated/**
              never together with api (db.orders)
              in its own worktree
Phase 3  e2e  needs api and web

Conflicts
  schema and api: schema runs first
    schema writes  src/generated/**  parallel.config.yaml:5:14
    api reads      src/generated/**  parallel.config.yaml:10:13
    both match     src/generated/client.ts (12 existing files, e.g.
                   src/generated/enums.ts, src/generated/orders.ts)

  schema and web: schema runs first
    schema writes  src/generated/**    parallel.config.yaml:5:14
    web reads      src/generated/*.ts  parallel.config.yaml:16:13
    both match     src/generated/client.ts (1 existing file)

  api and web: in parallel, each in its own worktree, merged as declared
    api writes  src/api/**         parallel.config.yaml:11:14
    web writes  src/api/routes.ts  parallel.config.yaml:17:14
    both match  src/api/routes.ts (doesn't exist yet)

  api and web: never in parallel, whichever goes first
    api uses  db.orders: write
    web uses  db.orders: write

Notes
  • 2 tasks declare no reads or writes; ptask assumes they touch no files: lint
    and e2e
  • src/web/** of web matches no file today
`,
  );
});

test('at 60 columns', () => {
  assert.fixture(
    show(shopPlan(), 60),
    `Strategy C, phased · 5 tasks in 3 phases · 4 conflicts
2 in worktrees

Why not fully parallel
  • api and web wait for schema, which writes
    src/generated/client.ts that they read
  • e2e needs api and web
  • api and web both write src/api/routes.ts, so each runs
    in a worktree

Phase 1  schema, lint
Phase 2  api  after schema, for src/generated/**
              never together with web (db.orders)
              in its own worktree
         web  after schema, for src/generated/**
              never together with api (db.orders)
              in its own worktree
Phase 3  e2e  needs api and web

Conflicts
  schema and api: schema runs first
    schema writes  src/generated/**
                   parallel.config.yaml:5:14
    api reads      src/generated/**
                   parallel.config.yaml:10:13
    both match     src/generated/client.ts (12 existing
                   files, e.g. src/generated/enums.ts,
                   src/generated/orders.ts)

  schema and web: schema runs first
    schema writes  src/generated/**
                   parallel.config.yaml:5:14
    web reads      src/generated/*.ts
                   parallel.config.yaml:16:13
    both match     src/generated/client.ts (1 existing file)

  api and web: in parallel, each in its own worktree, merged
  as declared
    api writes  src/api/**
                parallel.config.yaml:11:14
    web writes  src/api/routes.ts
                parallel.config.yaml:17:14
    both match  src/api/routes.ts (doesn't exist yet)

  api and web: never in parallel, whichever goes first
    api uses  db.orders: write
    web uses  db.orders: write

Notes
  • 2 tasks declare no reads or writes; ptask assumes they
    touch no files: lint and e2e
  • src/web/** of web matches no file today
`,
  );
});

test('at 120 columns, in ASCII, with descriptions', () => {
  assert.fixture(
    show(shopPlan(), 120, { unicode: false, all: true }),
    `Strategy C, phased - 5 tasks in 3 phases - 4 conflicts - 2 in worktrees

Why not fully parallel
  - api and web wait for schema, which writes src/generated/client.ts that they read
  - e2e needs api and web
  - api and web both write src/api/routes.ts, so each runs in a worktree

Phase 1  schema  Generate the client
         lint
Phase 2  api  after schema, for src/generated/**
              never together with web (db.orders)
              in its own worktree
         web  after schema, for src/generated/**
              never together with api (db.orders)
              in its own worktree
Phase 3  e2e  needs api and web

Conflicts
  schema and api: schema runs first
    schema writes  src/generated/**  parallel.config.yaml:5:14
    api reads      src/generated/**  parallel.config.yaml:10:13
    both match     src/generated/client.ts (12 existing files, e.g. src/generated/enums.ts, src/generated/orders.ts)

  schema and web: schema runs first
    schema writes  src/generated/**    parallel.config.yaml:5:14
    web reads      src/generated/*.ts  parallel.config.yaml:16:13
    both match     src/generated/client.ts (1 existing file)

  api and web: in parallel, each in its own worktree, merged as declared
    api writes  src/api/**         parallel.config.yaml:11:14
    web writes  src/api/routes.ts  parallel.config.yaml:17:14
    both match  src/api/routes.ts (doesn't exist yet)

  api and web: never in parallel, whichever goes first
    api uses  db.orders: write
    web uses  db.orders: write

Notes
  - 2 tasks declare no reads or writes; ptask assumes they touch no files: lint and e2e
  - src/web/** of web matches no file today
`,
  );
});

test('in colours it says the same', () => {
  const coloured = show(shopPlan(), 80, { color: true });
  assert.match(coloured, 'Strategy \x1b[1m\x1b[36mC\x1b[39m\x1b[22m, phased');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what it takes out
  assert.fixture(coloured.replace(/\x1b\[\d+m/g, ''), show(shopPlan()));
});

test('a plan without anything in the way is short', () => {
  assert.fixture(
    show(planOf(['lint', 'types', 'unit', 'docs'].map((id) => planned(id)))),
    `Strategy A, parallel · 4 tasks in 1 phase · no conflicts

Why fully parallel
  • nothing conflicts and nothing depends on anything

Phase 1  lint, types, unit, docs
`,
  );
});

test('no line is wider than the terminal, as long as its words are not', () => {
  for (const columns of [60, 80, 120]) {
    for (const line of show(manyPackages(100), columns).split('\n'))
      assert.ok(widthOf(line) <= columns, line);
    for (const line of show(shopPlan(), columns).split('\n')) assert.ok(widthOf(line) <= columns, line);
  }
});

test('1,000 tasks fit on a screen', () => {
  assert.fixture(
    show(manyPackages(1_000)),
    `Strategy C, phased · 1,000 tasks in 3 phases · 998 conflicts

Why not fully parallel
  • schema before pkg-0: it writes src/generated/0.ts
  • schema before pkg-1: it writes src/generated/1.ts
  • schema before pkg-2: it writes src/generated/2.ts
  • schema before pkg-3: it writes src/generated/3.ts
  … and 994 more

Phase 1  schema
Phase 2  pkg-0, pkg-1, pkg-2, pkg-3, pkg-4, pkg-5, pkg-6, pkg-7, pkg-8, pkg-9,
         pkg-10, pkg-11 and 986 more
           after schema, for src/generated/**
Phase 3  all  needs pkg-0, pkg-1, pkg-2 and 995 more

Conflicts
  schema with pkg-0, pkg-1, pkg-2, pkg-3 and 994 more: the writer runs first
    schema writes    src/generated/**  parallel.config.yaml:5:14
    the other reads  e.g. src/generated/0.ts
    both match       e.g. src/generated/0.ts (doesn't exist yet)

Notes
  • 998 tasks declare no reads or writes; ptask assumes they touch no files:
    pkg-0, pkg-1, pkg-2, pkg-3, pkg-4, pkg-5, pkg-6, pkg-7 and 990 more

--verbose shows everything
`,
  );
});

test('1,000 tasks in a line, and 1,000 that all differ, stay short too', () => {
  const line = Array.from({ length: 1_000 }, (_, at) => planned(`t${at}`, at));
  const chained = planOf(line, {
    edges: line.slice(1).map(({ id }, at) => edge(`t${at}`, id, { kind: 'sequential' })),
  });
  const text = show(chained);
  assert.ok(text.split('\n').length < 40, text);
  assert.match(text, 'Phase 2   t1  after t0, one at a time');
  assert.match(text, '… and 988 more phases with 988 tasks');
  const wide = planOf([planned('a'), ...line.map(({ id }) => planned(id, 1))], {
    edges: line.map(({ id }) => edge('a', id, { kind: 'write-write', witness: `dist/${id}.js` })),
    conflicts: line.map(({ id }) =>
      conflict(['a', id], {
        kind: 'write-write',
        patterns: [`dist/${id}*`, `dist/${id}.*`],
        witness: `dist/${id}.js`,
      }),
    ),
  });
  assert.ok(show(wide).split('\n').length < 70);
  assert.match(show(wide), '… and 990 more conflicts');
});

test('ten thousand tasks over one list, each pair of which is a conflict', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `t${at}`);
  const resource = { kind: 'resource', resource: 'db' } as const;
  const terms = {
    patterns: ['write', 'write'] as [string, string],
    resolution: 'exclude',
    exact: true,
  } as const;
  const plan = planOf(
    ids.map((id) => planned(id)),
    {
      exclusions: [{ tasks: ids, because: resource }],
      conflicts: [{ ...resource, ...terms, tasks: [ids], files: { count: 0, sample: [] } }],
    },
  );
  const text = show(plan, 100);
  assert.match(text, '1 phase · 49,995,000 conflicts');
  assert.match(text, 't14 and 9,985 more\n           never together with t0, t1, t2 or 9,996 more (db)\n');
  assert.match(text, '49,995,000 pairs of t0, t1, t2, t3 and 9,996 more: never in parallel');
});

test('a terminal, the log of a run and its page say the same of a conflict and of a phase', () => {
  const [, , phases, conflicts] = planDocument(shopPlan()).sections;
  const log = planSections(shopPlan()).map(sectionMarkdown).join('\n');
  const [{ label, texts } = { label: [], texts: [] }] =
    phases?.blocks.flatMap((block) => (block.kind === 'rows' ? (block.rows[1]?.rows ?? []) : [])) ?? [];
  assert.ok(log.includes(`- ${inMarkdown(label)}: ${texts.map(inMarkdown).join('; ')}\n`), log);
  const titles = conflicts?.blocks.flatMap((block) => (block.kind === 'part' ? [block.title] : [])) ?? [];
  assert.is(titles.length, 4);
  for (const title of titles) {
    assert.ok(log.includes(`#### ${inMarkdown(title)}\n`), log);
    assert.ok(show(shopPlan(), 100).includes(`  ${plain(title)}\n`));
  }
});

test('names that leave no room beside them have what is said of them below', () => {
  const long = 'packages/design-system/build';
  const plan = planOf([planned('a'), planned(long, 1)], { edges: [edge('a', long)] });
  assert.match(show(plan, 60), `Phase 2  ${long}\n           needs a\n`);
});

test('all of it on request, by name', () => {
  const text = show(manyPackages(100), 80, { all: true });
  assert.match(text, 'pkg-97');
  assert.match(text, 'schema and pkg-97: schema runs first');
  assert.not.match(text, /and [\d,]+ more|--verbose/);
});

test('conflicts over the same patterns are one block', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const pairs = ids.flatMap((a, at) => ids.slice(at + 1).map((b) => [a, b] as [string, string]));
  const more = {
    kind: 'write-write',
    patterns: ['dist/**', 'dist/**'] as [string, string],
    witness: 'dist/a',
    resolution: 'isolate',
  } as const;
  const plan = planOf(
    ids.map((id) => planned(id, 0, { workspace: 'worktree' })),
    { conflicts: pairs.map((pair) => conflict(pair, more)) },
  );
  assert.match(
    show(plan, 100),
    '  21 pairs of a, b, c, d and 3 more: in parallel, each in its own worktree, merged as declared\n',
  );
});

test('what waits says why: each kind of reason', () => {
  const ids = ['first', 'after-read', 'after-write', 'step', 'reader', 'writer', 'x', 'y', 'z'];
  const plan = planOf(
    ids.map((id) => planned(id, id === 'first' ? 0 : 1)),
    {
      edges: [
        edge('first', 'after-read', { kind: 'write-read', witness: 'a/b' }),
        edge('first', 'after-write', { kind: 'write-write', witness: 'a/b' }),
        edge('first', 'step', { kind: 'sequential' }),
      ],
      exclusions: [
        { tasks: ['reader', 'step', 'writer'], because: { kind: 'resource', resource: 'db' } },
        { tasks: ['x', 'y', 'z'], capacity: 2, because: { kind: 'resource', resource: 'licence' } },
      ],
      conflicts: [
        conflict(['first', 'after-write'], { kind: 'write-write', patterns: ['a/*', 'a/b'], witness: 'a/b' }),
        conflict(['writer', 'reader'], {
          kind: 'resource',
          resource: 'db',
          patterns: ['write', 'read'],
          resolution: 'exclude',
        }),
        conflict(['writer', 'step'], {
          kind: 'resource',
          resource: 'db',
          patterns: ['write', 'read'],
          resolution: 'exclude',
        }),
        conflict(['x', 'y'], {
          kind: 'resource',
          resource: 'licence',
          patterns: ['2', '1'],
          resolution: 'exclude',
        }),
        conflict(['x', 'z'], { patterns: ['x/**', 'x/*'], witness: 'x/x', resolution: 'allow' }),
        conflict(['y', 'z'], {
          kind: 'write-write',
          patterns: ['y', 'y'],
          resolution: 'allow',
          exact: false,
          reason: 'extglob in a class',
        }),
      ],
    },
  );
  assert.fixture(
    show(plan, 100),
    `Strategy C, phased · 9 tasks in 2 phases · 6 conflicts

Phase 1  first
Phase 2  after-read   after first, for a/b
         after-write  after first: writes a/b too
         step         after first, one at a time
                      never together with writer (db)
         reader       never together with writer (db)
         writer       never together with reader or step (db)
         x            shares 2 of licence with y and z
         y            shares 2 of licence with x and z
         z            shares 2 of licence with x and y

Conflicts
  first and after-write: first runs first
    first writes        a/*
    after-write writes  a/b
    both match          a/b (doesn't exist yet)

  writer with reader and step: never in parallel, whichever goes first
    writer uses     db: write
    the other uses  db: read

  x and y: never in parallel, there are only 2
    x uses  licence: 2
    y uses  licence: 1

  x and z: in parallel, z may see the earlier state
    x writes    x/**
    z reads     x/*
    both match  x/x (doesn't exist yet)

  y and z: allowed, so the last to write wins
    y writes    y
    z writes    y
    both match  (doesn't exist yet)
    not exact   assumed to overlap, since it could not be decided: extglob in a class
`,
  );
});

test('a name cannot move the cursor', () => {
  const evil = 'x\x1b[2J\ny';
  const plan = planOf([planned(evil), planned('b')], {
    conflicts: [
      conflict([evil, 'b'], { patterns: [evil, evil], witness: evil, files: { count: 1, sample: [evil] } }),
    ],
    notes: [{ kind: 'matches-nothing', tasks: [evil], text: evil }],
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
  assert.not.match(show(plan), /\x1b/);
});

test('widths count cells, not characters', () => {
  assert.equal(
    ['abc', 'é', 'e\u0301', '日本', '✔ ok', '😀', '\x1b[1mab\x1b[22m'].map(widthOf),
    [3, 1, 1, 4, 4, 2, 2],
  );
  assert.equal(wrap('one two three', 8), ['one two', 'three']);
  assert.equal(wrap('a/very/long/path b', 5), ['a/very/long/path', 'b']);
});
