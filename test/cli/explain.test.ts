import type { Forecast } from '../../src/model/forecast.ts';
import { describeResult, expectCode, gitProject, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/explain');

const CONFIG = `tasks:
  build: { run: 'false', writes: ['dist/**'] }
  style: { run: 'false', writes: [dist/app.css], conflicts: error }
  test: { run: 'false', reads: [src/**] }
`;

const made = () => project({ files: { 'parallel.config.yaml': CONFIG, 'dist/app.css': '' } });

test('text for people: the answer, both places, the file of today; nothing runs, the code is 0', async () => {
  const result = await made().ptask('explain', 'build', 'style');
  const all = describeResult(result);
  assert.is(result.code, 0, all);
  assert.is(result.stderr, '');
  assert.match(
    result.stdout,
    /^build and style are rejected: both write the same files, and the policy is error\n/,
  );
  assert.match(result.stdout, /build writes {2}dist\/\*\* +parallel\.config\.yaml:2:35\n/);
  assert.match(result.stdout, /style writes {2}dist\/app\.css {2}parallel\.config\.yaml:3:35\n/);
  assert.match(result.stdout, 'dist/app.css (1 existing file)');
  assert.match(result.stdout, "add '!dist/app.css' to the `writes` of build");
});

test('--json: one document with the same', async () => {
  const { code, stdout } = await made().ptask('explain', 'test', 'build', '--json');
  assert.is(code, 0);
  assert.equal(JSON.parse(stdout), {
    schemaVersion: 1,
    tasks: ['test', 'build'],
    verdict: 'at-once',
    meetings: [],
    unseen: 0,
    resources: [],
    policy: { conflicts: 'auto', of: [] },
    snapshotReads: [],
    undeclared: [],
    fixes: [],
    raw: [],
  });
});

test('wrong names are told, with what was meant, and end with 2', async () => {
  const { ptask } = made();
  const unknown = await ptask('explain', 'biuld', 'test');
  assert.is(unknown.code, 2);
  assert.is(unknown.stdout, '');
  assert.match(unknown.stderr, /there is no task `biuld`[\s\S]*did you mean `build`/);
  const twice = await ptask('explain', 'test', 'test');
  assert.is(twice.code, 2);
  assert.match(twice.stderr, '`test` is named twice');
  const none = await ptask('explain');
  assert.is(none.code, 2);
  assert.match(none.stderr, 'the argument `<task>` is missing');
});

test('of one task it tells what the cache has, and why not', async () => {
  const { ptask } = await gitProject({
    config: [
      'cache: true',
      'tasks:',
      '  lint: { run: "true", reads: [src], writes: [] }',
      '  types: { run: "true", reads: [src] }',
      '  deploy: { run: "true", reads: [src], writes: [], cache: false }',
      '',
    ].join('\n'),
    files: { 'src/a': '1' },
  });
  const told = async (task: string): Promise<Pick<Forecast, 'state' | 'because'>> => {
    const { state, because } = JSON.parse(
      expectCode(await ptask('explain', task, '--json'), 0).stdout,
    ) as Forecast;
    return { state, because };
  };
  assert.equal(await told('lint'), { state: 'miss', because: ['nothing is stored of it yet'] });
  expectCode(await ptask('--quiet'), 0);
  assert.equal(await told('lint'), { state: 'hit', because: [] });
  assert.equal(await told('types'), {
    state: 'off',
    because: ['it declares no `writes`; `writes: []` says that it writes nothing'],
  });
  assert.equal(await told('deploy'), {
    state: 'off',
    because: ['the cache is off for it; `cache: true` turns it on'],
  });
  const unknown = await ptask('explain', 'lnit');
  assert.is(unknown.code, 2);
  assert.match(unknown.stderr, /there is no task `lnit`[\s\S]*did you mean `lint`/);
});

test('of one task it tells what it is: commands, folder, what it comes after, and its files', async () => {
  const { ptask } = await gitProject({
    config: [
      'tasks:',
      '  generate: { run: "true", writes: [src/gen/**] }',
      '  build:',
      '    description: The bundle.',
      '    run: [npm run clean, npm run build]',
      '    cwd: web',
      '    needs: [generate]',
      '    reads: [src/**, "!src/old/**"]',
      '    writes: [dist]',
      '    tags: [ci, web]',
      '  all: { needs: [build] }',
      '',
    ].join('\n'),
    files: { 'src/a': '1', 'src/b': '1', 'web/x': '1' },
  });
  const { stdout } = expectCode(await ptask('explain', 'build'), 0);
  assert.match(
    stdout,
    `
about   The bundle.
runs    npm run clean, then npm run build
folder  web
order   needs generate
reads   src/**, !src/old/**; 2 existing files
writes  dist; 0 existing files
tags    ci, web
`,
  );
  const all = expectCode(await ptask('explain', 'all'), 0).stdout;
  assert.match(all, /runs {3}nothing itself: it gathers what it needs\norder {2}needs build\n/);
  const json = JSON.parse(expectCode(await ptask('explain', 'build', '--json'), 0).stdout);
  assert.equal(
    [json.id, json.run, json.cwd, json.needs, json.reads, json.tags],
    [
      'build',
      ['npm run clean', 'npm run build'],
      'web',
      ['generate'],
      ['src/**', '!src/old/**'],
      ['ci', 'web'],
    ],
  );
});

test('of an agent it names the agent, and secrets stay masked', async () => {
  const { ptask } = await gitProject({
    config: JSON.stringify({
      agents: { coder: { run: 'true' } },
      secrets: ['API_TOKEN'],
      tasks: {
        docs: { agent: 'coder', prompt: 'Write.', writes: ['docs/**'] },
        deploy: { run: 'deploy --token=hunter22hunter22' },
      },
    }),
    files: { a: '' },
  });
  const env = { API_TOKEN: 'hunter22hunter22' };
  assert.match(expectCode(await ptask('explain', 'docs', { env }), 0).stdout, /^runs {4}the agent coder$/m);
  for (const args of [['deploy'], ['deploy', '--json']]) {
    const { all } = expectCode(await ptask('explain', ...args, { env }), 0);
    assert.not.match(all, 'hunter22hunter22');
  }
});
