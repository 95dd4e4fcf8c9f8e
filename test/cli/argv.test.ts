import { commandFirst, splitArguments } from '../../src/cli/argv.ts';
import { program } from '../../src/cli/program.ts';
import { expectCode, expectOutput, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { exists } from '../support/tmp.ts';

const test = suite('cli/argv');

const ptask = program();
const ordered = (line: string): string => commandFirst(ptask, line.split(' ')).join(' ');

test('the command comes first, wherever its flags stand', () => {
  assert.is(ordered('--json plan a'), 'plan --json a');
  assert.is(ordered('-q run alpha'), 'run -q alpha');
  assert.is(ordered('--cwd x --config=y plan'), 'plan --cwd x --config=y');
  assert.is(ordered('-qc 4 run plan'), 'run -qc 4 plan');
  assert.is(ordered('-c4 run'), 'run -c4');
  assert.is(ordered('--format md report'), 'report --format md');
  assert.is(ordered('-v help plan'), 'help -v plan');
});

test('a value is no command, nor is what stands behind a task or two dashes', () => {
  assert.is(ordered('--cwd plan alpha'), '--cwd plan alpha');
  assert.is(ordered('-c plan'), '-c plan');
  assert.is(ordered('alpha plan'), 'alpha plan');
  assert.is(ordered('--json -- plan'), '--json -- plan');
});

test('what stands behind two dashes is for a task', () => {
  const split = (line: string) => splitArguments(ptask, line.split(' '));
  assert.equal(split('test -- --watch -c 4'), { words: ['test'], passedOn: ['--watch', '-c', '4'] });
  assert.equal(split('-q run test --'), { words: ['run', '-q', 'test'], passedOn: [] });
  assert.equal(split('test -- a -- b').passedOn, ['a', '--', 'b']);
  assert.equal(split('plan test -- x').passedOn, ['x']);
  assert.is(split('test -q').passedOn, undefined);
  assert.is(split('--config -- test').passedOn, undefined, 'the value of a flag');
  assert.is(split('--hook pre-push -- x').passedOn, undefined, 'what git says');
  assert.is(split('note text -- x').passedOn, undefined, 'of a command without tasks');
});

const CONFIG = 'tasks:\n  plan: { run: touch ran }\n  alpha: { run: echo hi }\n';

test('a flag before a command means the same, also where a task has the name of a command', async () => {
  const { ptask, dir } = project(CONFIG);
  const planned = expectCode(await ptask('--json', 'plan'), 0);
  assert.is(JSON.parse(planned.stdout).tasks.length, 2);
  assert.not(exists(dir, 'ran'));
  const quiet = expectCode(await ptask('-q', 'run', 'alpha'), 0);
  assert.match(quiet.stdout, /^✔ 1 passed/);
  expectOutput(expectCode(await ptask('--dry-run', 'run', 'alpha'), 0), /Strategy/, 'stdout');
  expectCode(await ptask('run', 'plan'), 0);
  assert.ok(exists(dir, 'ran'));
});

test('a command that is no task is not told to be itself', async () => {
  const result = expectCode(await project(CONFIG).ptask('run', 'run'), 2);
  expectOutput(result, /there is no task `run`/, 'stderr');
});
