/** From what people write to what code reads. */
import { dirname, join } from 'node:path';
import { assert, suite } from '../support/suite.ts';
import { config, lines, problems } from './support.ts';

const test = suite('config/normalize');

test('what is not written has its default', () => {
  const { places, file, root, ...all } = config('tasks: {a: {run: x}}\n');
  assert.is(file, `${root}/parallel.config.yaml`);
  assert.equal(all, {
    concurrency: { kind: 'auto' },
    strategy: 'auto',
    conflicts: 'auto',
    onCollision: [{ path: undefined, use: { kind: 'rerun', limit: 3 } }],
    integrate: 'apply',
    worktrees: { dir: dirname(root), copy: [], link: [], setup: [], keep: 'never' },
    barrier: false,
    shell: 'sh',
    env: {},
    dotenv: [],
    resources: new Map(),
    tasks: [
      {
        id: 'a',
        index: 0,
        description: '',
        tags: [],
        run: ['x'],
        verify: [],
        reads: [],
        writes: [],
        isDeclared: false,
        needs: [],
        resources: [],
        cwd: '.',
        shell: 'sh',
        env: {},
        timeoutMs: 0,
        outputLimit: 64_000_000,
        retry: { times: 0, delayMs: 1_000 },
        onFailure: 'continue',
        conflicts: undefined,
        snapshotReads: false,
        workspace: 'auto',
        strays: 'warn',
        checkpoint: false,
        cache: { isOn: false, reason: undefined },
        strict: false,
        remote: { isAsked: false, obstacle: 'it declares no `reads`' },
        raw: false,
        service: undefined,
        assignment: undefined,
        review: undefined,
      },
    ],
    remote: undefined,
    validate: [],
    validation: 'report',
    secrets: [],
    cache: {
      ...{ reads: [], env: [], passEnv: [], tools: [], salt: '', dir: undefined },
      ...{ maxSize: 2_000_000_000, maxAgeMs: 2_592_000_000, remote: undefined },
    },
    outputLimit: 64_000_000,
  });
});

test('everything that can be written', () => {
  const { places, file, root, ...all } = config(lines`
    concurrency: 50%
    strategy: phased
    conflicts: serialize
    onFailure: abort
    onCollision: union
    integrate: merge
    strays: ignore
    worktrees: { dir: ../wt, copy: [.env*], link: [node_modules], setup: npm run codegen, keep: failed }
    barrier: true
    shell: bash
    output: { limit: unlimited }
    env: { A: 1 }
    dotenv: [.env]
    resources: { licence: 4 }
    tasks:
      a:
        description: Does it
        tags: [ci, slow, ci]
        run: [x, y]
        reads: [r/**]
        writes: [w/**]
        needs: [b, b]
        resources: { licence: write, db: read, api: write }
        cwd: .
        shell: zsh
        env: { B: 'yes' }
        verify: v
        timeout: 1.5h
        output: { limit: 1.5 kB }
        retry: { times: 2, delay: 500ms }
        onFailure: continue
        conflicts: error
        snapshotReads: true
        workspace: worktree
        strays: error
        checkpoint: true
        cache: { env: [E], reads: [e/**], clean: false }
        strict: false
      b:
        run: z
        retry: 3
        resources: { licence: 3, other: 1 }
    validate:
      - { name: v, run: c, when: { changed: [s/**] }, timeout: 2m }
  `);
  assert.equal(all.concurrency, { kind: 'share', percent: 50 });
  assert.equal(
    [all.strategy, all.conflicts, all.barrier, all.env, all.dotenv],
    ['phased', 'serialize', true, { A: '1' }, ['.env']],
  );
  assert.equal([...all.resources], [['licence', 4]]);
  const [a, b] = all.tasks;
  assert.equal(a, {
    id: 'a',
    index: 0,
    description: 'Does it',
    tags: ['ci', 'slow'],
    run: ['x', 'y'],
    verify: ['v'],
    reads: ['r/**'],
    writes: ['w/**'],
    isDeclared: true,
    needs: ['b'],
    resources: [
      { name: 'api', mode: 'write', units: 0 },
      { name: 'db', mode: 'read', units: 0 },
      { name: 'licence', mode: 'units', units: 4 },
    ],
    cwd: '.',
    shell: 'zsh',
    env: { B: 'yes' },
    timeoutMs: 5_400_000,
    outputLimit: 1_500,
    retry: { times: 2, delayMs: 500 },
    onFailure: 'continue',
    conflicts: 'error',
    snapshotReads: true,
    workspace: 'worktree',
    strays: 'error',
    checkpoint: true,
    cache: { isOn: false, reason: 'it uses resources' },
    remote: { isAsked: false, obstacle: 'it uses resources of this machine' },
    strict: false,
    raw: false,
    service: undefined,
    assignment: undefined,
    review: undefined,
  });
  assert.equal([all.onCollision, all.integrate], [[{ path: undefined, use: { kind: 'union' } }], 'merge']);
  assert.equal(all.worktrees, {
    dir: join(root, '../wt'),
    copy: ['.env*'],
    link: ['node_modules'],
    setup: ['npm run codegen'],
    keep: 'failed',
  });
  assert.equal([b?.onFailure, b?.retry.times, b?.strays, b?.shell], ['abort', 3, 'ignore', 'bash']);
  assert.is(all.shell, 'bash');
  assert.equal([all.outputLimit, b?.outputLimit], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  assert.equal(b?.resources, [
    { name: 'licence', mode: 'units', units: 3 },
    { name: 'other', mode: 'write', units: 0 },
  ]);
  const { remote } = config(
    'remote: {url: grpc://h, headers: {a: b}, platform: {OSFamily: linux}, inputs: n, jobs: 3, fallback: fail}\ntasks: {a: {run: x}}\n',
  );
  assert.equal(remote, {
    ...{ url: 'grpc://h', headers: { a: 'b' }, tls: {}, platform: { OSFamily: 'linux' }, inputs: ['n'] },
    ...{ jobs: 3, fallback: 'fail', use: 'asked' },
  });
  assert.equal(all.validate, [
    { name: 'v', run: ['c'], review: undefined, changed: ['s/**'], needs: [], timeoutMs: 120_000 },
  ]);
});

test('what to do about a collision: one resolution, or one for each path and the default for the rest', () => {
  const rerun = { path: undefined, use: { kind: 'rerun', limit: 3 } };
  const forms: Record<string, unknown> = {
    rerun: [rerun],
    abort: [{ path: undefined, use: { kind: 'abort' } }],
    '{ run: fix }': [{ path: undefined, use: { kind: 'run', run: ['fix'] } }],
    '{ rerun: 1 }': [{ path: undefined, use: { kind: 'rerun', limit: 1 } }],
    '[{ path: [a], use: { rerun: 0 } }]': [{ path: ['a'], use: { kind: 'rerun', limit: 0 } }, rerun],
    '[]': [rerun],
    '[{ path: [a, b/**], use: ours }, { path: [c], use: { run: [x, y] } }]': [
      { path: ['a', 'b/**'], use: { kind: 'ours' } },
      { path: ['c'], use: { kind: 'run', run: ['x', 'y'] } },
      rerun,
    ],
  };
  for (const [written, expected] of Object.entries(forms))
    assert.equal(config(`onCollision: ${written}\ntasks: {a: {run: x}}\n`).onCollision, expected, written);
});

test('concurrency as a number', () => {
  assert.equal(config('concurrency: 7\ntasks: {a: {run: x}}\n').concurrency, { kind: 'count', count: 7 });
});

test('variables are passed on as they are written, not as the number that YAML reads', () => {
  const { tasks, env } = config(lines`
    env: { VERSION: 1.10, MODE: 0644, BIG: 12345678901234567890, HEX: 0x1F, ON: True, EXP: 1e3, __proto__: 7.0 }
    x-env: &env { NODE: 20.10 }
    tasks:
      a: { run: x, env: { <<: *env, B: "1.10", C: -0, D: .5 } }
  `);
  assert.equal(Object.entries(env), [
    ['VERSION', '1.10'],
    ['MODE', '0644'],
    ['BIG', '12345678901234567890'],
    ['HEX', '0x1F'],
    ['ON', 'True'],
    ['EXP', '1e3'],
    ['__proto__', '7.0'],
  ]);
  assert.equal(tasks[0]?.env, { NODE: '20.10', B: '1.10', C: '-0', D: '.5' });
});

test('the order of declaration is that of the text, numbers too', () => {
  const names = (text: string) => config(text).tasks.map(({ id, index }) => `${index}${id}`);
  assert.equal(names('tasks:\n  10: {run: x}\n  2: {run: x}\n  b: {run: x}\n  1: {run: x}\n'), [
    '010',
    '12',
    '2b',
    '31',
  ]);
  const merged = 'x-t: &t {3: {run: x}, a: {run: x}}\ntasks:\n  9: {run: x}\n  <<: *t\n  1: {run: x}\n';
  assert.equal(names(merged), ['09', '13', '2a', '31']);
});

test('merge keys: the own key wins wherever it stands, of several maps the first', () => {
  const { tasks } = config(lines`
    x-one: &one { run: one, timeout: 1s, cwd: . }
    x-two: &two { run: two, timeout: 2s, retry: 2 }
    tasks:
      before: { run: own, <<: *one }
      after: { <<: *one, run: own }
      several: { <<: [*two, *one] }
      nested: { <<: { <<: *two, run: inline } }
  `);
  assert.equal(
    tasks.map(({ run, timeoutMs, retry }) => [run[0], timeoutMs, retry.times]),
    [
      ['own', 1_000, 0],
      ['own', 1_000, 0],
      ['two', 2_000, 2],
      ['inline', 2_000, 2],
    ],
  );
});

test('places can be asked for later', async () => {
  const locate = await config(lines`
    x-r: &r [src/**, lib/**]
    tasks:
      a:
        run: [one, two]
        reads: *r
        needs: [b]
        resources: { db: write }
      b: { run: x }
  `).places();
  const at = (...args: Parameters<typeof locate>): string => {
    const { line, column, length } = locate(...args);
    return `${line}:${column}+${length}`;
  };
  assert.is(at('a'), '3:3+1');
  assert.is(at('a', 'reads'), '1:9+16');
  assert.is(at('a', 'reads', 'lib/**'), '1:18+6');
  assert.is(at('a', 'run', 'two'), '4:16+3');
  assert.is(at('a', 'needs', 'b'), '6:13+1');
  assert.is(at('a', 'resources', 'db'), '7:22+5');
  assert.is(at('b', 'run', 'x'), '8:13+1');
  assert.is(at('b', 'writes'), '8:6+10', 'what is not written: the nearest part above');
});

test('one value stands for a list of one', () => {
  const text = (one: (value: string) => string): string =>
    lines`
    worktrees: { copy: COPY, link: LINK }
    dotenv: DOTENV
    secrets: SECRET
    cache: { enabled: true, reads: READS, env: ENV, passEnv: PASS, tools: TOOL }
    onCollision: [{ path: PATH, use: theirs }]
    agents: { coder: { run: x } }
    tasks:
      build: { run: x, reads: src/**, writes: dist/**, cache: { reads: READS, env: ENV } }
      test: { agent: coder, instructions: DO, requirements: KEEP, needs: build }
    validate:
      - { name: a, run: x, when: { changed: src/** } }
      - { name: b, run: x, needs: a }
  `.replace(
      /(COPY|LINK|DOTENV|SECRET|READS|ENV|PASS|TOOL|PATH|DO|KEEP|src\/\*\*|dist\/\*\*)(?=[ ,\n])|(?<=needs: )\w+/g,
      one,
    );
  const { places: _one, ...one } = config(text((value) => value));
  const { places: _many, ...many } = config(text((value) => `[${value}]`));
  assert.equal(one, many);
  assert.equal(one.tasks[1]?.needs, ['build']);
});

test('a number of seconds is a duration', () => {
  const { tasks } = config(lines`
    tasks:
      a: { run: x, timeout: 30, retry: { times: 1, delay: 0.5 } }
      b: { run: x, timeout: 0 }
      c: { run: x, timeout: 1e30 }
  `);
  assert.equal(
    tasks.map(({ timeoutMs }) => timeoutMs),
    [30_000, 0, 2 ** 31 - 1],
  );
  assert.is(tasks[0]?.retry.delayMs, 500);
});

test('one value is told at its place', () => {
  assert.equal(problems('tasks:\n  a:\n    run: x\n    reads: ../x\n    needs: b\n'), [
    '4:12 [../x] patterns must not leave the root of the config; `..` does',
    '5:12 [b] `a` needs `b`, but there is no such task | → the tasks are a',
  ]);
});
