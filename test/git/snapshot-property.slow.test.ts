// Any edits of any tree: a snapshot is what `git add --all` would stage, and the next one, from the kept stat data, is so as well.

import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { assert, suite } from '../support/suite.ts';
import { addAllTree, rig } from './rig.ts';

const test = suite('git/snapshot property');

const path = fc.constantFrom(
  'a',
  'b',
  'a/b',
  'a/b/c',
  'd/e',
  'd',
  'x.log',
  'd/x.log',
  '.gitignore',
  '-z',
  'ü',
);
const content = fc.constantFrom('', '1', '2', '*.log\n', '3\r\n');
const edit = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), path, content, executable: fc.boolean() }),
  fc.record({ kind: fc.constant('link' as const), path, content: fc.constantFrom('a', 'd', 'nowhere') }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({
    kind: fc.constant('git' as const),
    path,
    command: fc.constantFrom('add -f', 'rm --cached -rf', 'add -N -f'),
  }),
  fc.record({ kind: fc.constant('git' as const), path, command: fc.constantFrom('add -A', 'reset') }),
);
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

async function apply(made: Awaited<ReturnType<typeof rig>>, edits: readonly Edit[]): Promise<void> {
  for (const each of edits) {
    const target = join(made.dir, each.path);
    if (each.kind === 'git') {
      await made.git(...each.command.split(' '), '--', each.path).catch(() => {});
      continue;
    }
    clearWay(made.dir, each.path);
    if (each.kind === 'remove') continue;
    mkdirSync(dirname(target), { recursive: true });
    if (each.kind === 'link') symlinkSync(each.content, target);
    else {
      writeFileSync(target, each.content);
      chmodSync(target, each.executable ? 0o755 : 0o644);
    }
  }
}

/** Removes what stands at the path, and a file or link where it needs a folder. */
function clearWay(dir: string, path: string): void {
  const parts = path.split('/');
  for (let count = 1; count <= parts.length; count += 1) {
    const part = join(dir, ...parts.slice(0, count));
    const stats = lstatSync(part, { throwIfNoEntry: false });
    if (stats && (count === parts.length || !stats.isDirectory())) rmSync(part, { recursive: true });
  }
}

test('equals `git add --all`', { timeout: 90_000 }, async () => {
  const edits = fc.array(edit, { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(edits, edits, edits, async (start, first, second) => {
      const made = await rig({});
      await apply(made, start);
      await made.commit({});
      for (const step of [first, second]) {
        await apply(made, step);
        assert.is(await made.take(), await addAllTree(made.dir));
      }
      rmSync(made.dir, { recursive: true });
    }),
    { numRuns: 12 },
  );
});
