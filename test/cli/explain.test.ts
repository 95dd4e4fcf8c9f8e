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
