// Secrets that stand in the text of a config, or in the environment, in all that the commands show.

import { expectCode, gitProject, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/secrets');
const SLOW = { timeout: 60_000 };

const SECRETS = ['hunter22-config', 'hunter22-outside', '4711-0815', 'hunter22-address'];
const CONFIG = `secrets: [DIAL]
env:
  API_TOKEN: hunter22-config
  DIAL: 4711-0815
tasks:
  one:
    description: deploys with hunter22-config and 4711-0815
    run: echo hunter22-config hunter22-outside 4711-0815 hunter22-address
    writes: [a.txt]
  two: { run: 'echo hunter22-outside', writes: [a.txt], needs: [one] }
`;
const env = { OUTER_PASS: 'hunter22-outside', UPSTREAM: 'amqp://me:hunter22-address@host' };

const shown = (text: string): string[] => SECRETS.filter((secret) => text.includes(secret));

test('no command shows one', SLOW, async () => {
  const made = await gitProject({ config: CONFIG, files: { '.gitignore': '.ptask/\n' } });
  expectCode(await made.ptask('run', '--json', { env }), 0);
  const looks = [
    ...['list', 'list --json', 'plan', 'plan -v', 'plan --json', 'explain one two', 'explain one two --json'],
    ...['graph', 'graph --format json', 'run --dry-run', 'run -v', 'run --json', 'log one', 'log --md one'],
    ...['report', 'report --json', 'report --format html', 'report --format md', 'report --format junit'],
  ];
  for (const look of looks) {
    const said = expectCode(await made.ptask(...look.split(' '), { env }), 0);
    assert.equal(shown(said.all), [], look);
    if (/json/.test(look)) JSON.parse(said.stdout);
  }
  assert.match((await made.ptask('list', { env })).stdout, 'deploys with *** and ***');
});

test(
  'nor does what is said of a config with a mistake, and its marks still stand below the mistake',
  SLOW,
  async () => {
    const mistakes = {
      'the key': CONFIG.replace('  DIAL:', '  DIAL: 1\n  DIAL:'),
      'no key of it': CONFIG.replace('tasks:', 'taskz:').replace('  API', '  3: [x]\n  API'),
      'no YAML': CONFIG.replace('hunter22-config\n', 'hunter22-config: x: [\n'),
      'an unknown field': CONFIG.replace('needs: [one]', 'need: [one]'),
      'no such task': CONFIG.replace('needs: [one]', 'needs: [hunter22-outside]'),
    };
    for (const [what, config] of Object.entries(mistakes)) {
      const said = expectCode(await project(config).ptask('run', { env }), 2);
      assert.equal(shown(said.all), [], `${what}\n${said.all}`);
    }
    const said = await project(CONFIG.replace('needs: [one]', 'need: [one]')).ptask('check', { env });
    const [line = '', marks = ''] = said.stderr
      .split('\n')
      .filter((each) => /need: |\^/.test(each))
      .slice(-2);
    assert.is(line.indexOf('need:'), marks.indexOf('^'), said.stderr);
    assert.match(line, `echo ${'*'.repeat('hunter22-outside'.length)}`);
  },
);
