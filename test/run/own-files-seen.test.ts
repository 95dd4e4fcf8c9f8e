// What a failure says where a tool has taken ptask's own files for the user's.

import { expectCode, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/own-files-seen');

const failing = (run: string): string => `tasks:\n  format:\n    run: ${JSON.stringify(run)}\n`;
const HINT =
  "it looked at ptask's own files in .ptask: add `.ptask/` to .gitignore, or to what its tool ignores";

test('a task that complains of a file of ptask is told how to leave them alone', async () => {
  for (const run of [
    'find . -path "./.ptask/runs/*" -name "*.ndjson"; exit 1',
    'find "$PWD" -name "events.ndjson"; exit 1',
    'find * .ptask -name "events.ndjson" | sed "s/.*/[warn] &/"; exit 1',
  ]) {
    const { stdout } = expectCode(await project(failing(run)).ptask('run'), 1);
    assert.match(stdout.replaceAll(/\s+/g, ' '), `exit code 1; ${HINT}`, run);
  }
});

test('any other failure is told as it is, also one that names the folder of its run', async () => {
  for (const run of [
    'echo src/a.ts; exit 1',
    'echo .ptask; exit 1',
    'echo "in .ptask/runs/1"; exit 1',
    'exit 1',
  ]) {
    const { stdout } = expectCode(await project(failing(run)).ptask('run'), 1);
    assert.not.match(stdout, "ptask's own files", run);
  }
  const passing = await project(failing('find .ptask')).ptask('run');
  assert.not.match(expectCode(passing, 0).stdout, "ptask's own files");
});
