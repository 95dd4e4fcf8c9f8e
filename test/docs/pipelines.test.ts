import { assert, suite } from '../support/suite.ts';
import { pipelineOf } from './pipelines.ts';

const test = suite('pipelines');

test('of each service the commands of ptask are found, with plain variables', () => {
  const github = `on: push
env: { PTASK_CACHE_DIR: .ptask/cache, REF: "\${{ github.ref }}" }
jobs:
  tasks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          npm ci
          npx ptask --report \\
            junit=j.xml
`;
  assert.equal(pipelineOf('github', github), {
    commands: ['npx ptask --report junit=j.xml'],
    env: { PTASK_CACHE_DIR: '.ptask/cache' },
  });
  const gitlab = 'variables: { A: 1 }\ntasks: { script: [npm ci, npx ptask] }\n';
  assert.equal(pipelineOf('gitlab', gitlab), { commands: ['npx ptask'], env: { A: '1' } });
  const buildkite = 'steps:\n  - commands: [npm ci, npx ptask]\n  - wait\n  - command: npx ptask plan\n';
  assert.equal(pipelineOf('buildkite', buildkite).commands, ['npx ptask', 'npx ptask plan']);
  const jenkins =
    "pipeline {\n  agent any\n  environment {\n    A = 'b'\n  }\n  stages {\n    stage('a') {\n      steps {\n        sh 'npx ptask'\n      }\n    }\n  }\n}\n";
  assert.equal(pipelineOf('jenkins', jenkins), { commands: ['npx ptask'], env: { A: 'b' } });
});

test('what no service would read is refused, with the reason', () => {
  const steps = (step: string) => `on: push\njobs: { a: { runs-on: x, steps: [${step}] } }\n`;
  for (const [service, text, reason] of [
    ['github', 'jobs: {}\n', /has `on` and `jobs`/],
    ['github', steps('{ run: npx ptask, uses: a }'), /either `uses` or `run`/],
    ['github', steps('{ runs: npx ptask }'), /either `uses` or `run`/],
    ['github', steps('{ run: npm ci }'), /does not call ptask/],
    ['gitlab', 'tasks: { image: node }\n', /`tasks` has no `script`/],
    ['gitlab', 'tasks: { script: [npx ptask], scripts: [] }\n', /no `scripts`/],
    ['buildkite', 'steps: [{ comand: npx ptask }]\n', /no `comand`/],
    ['jenkins', 'pipeline {\n  agent any\n  stages {\n', /not closed/],
    ['jenkins', "pipeline {\n  stages {\n  stage('a') {\n steps {\n } } } }\n", /no agent/],
    ['travis', '', /which service/],
  ] as const)
    assert.throws(() => pipelineOf(service, text), reason);
});
