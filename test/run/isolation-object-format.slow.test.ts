/** A repository that names its objects by SHA-256: the same files come out, whatever a collision or a merge takes away. */

import { assert, suite } from '../support/suite.ts';
import { assertNothingLeft, assertSame, filesOf, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: object format');

const FILES = { f: '1\n2\n', g: 'g\n', 'd/x': 'x\n' };
const removes = (path: string) => ({ run: `rm -r ${path}; echo b > other`, writes: ['f', 'd/**', 'other'] });
const adds = { run: 'echo A >> f; echo A >> d/x', writes: ['f', 'd/**'] };

const cases: { title: string; config: object; isLikeInOrder?: true }[] = [
  {
    title: 'theirs, which removes',
    isLikeInOrder: true,
    config: { onCollision: 'theirs', tasks: { a: adds, b: removes('f') } },
  },
  {
    title: 'theirs, which removes a folder',
    isLikeInOrder: true,
    config: { onCollision: 'theirs', tasks: { a: adds, b: removes('d') } },
  },
  {
    title: 'theirs, which edits what is gone',
    config: { onCollision: 'theirs', tasks: { a: removes('f'), b: adds } },
  },
  { title: 'ours, which has removed', config: { onCollision: 'ours', tasks: { a: removes('f'), b: adds } } },
  {
    title: 'a commit of a removal',
    isLikeInOrder: true,
    config: { integrate: 'merge', tasks: { a: { run: 'rm g', writes: ['g', 'd/**'] }, b: removes('d') } },
  },
  {
    title: 'replays of removals',
    config: {
      validation: 'bisect',
      validate: [{ name: 'whole', run: 'test -e g' }],
      tasks: { a: { run: 'rm g', writes: ['g', 'd/**'] }, b: removes('d') },
    },
  },
];

for (const { title, config, isLikeInOrder } of cases)
  test(title, async () => {
    const [one, other] = await Promise.all([
      ground(FILES, { objectFormat: 'sha256' }),
      ground(FILES, { objectFormat: 'sha1' }),
    ]);
    const [long, short] = [await runIn(one.dir, config), await runIn(other.dir, config)];
    const isBroken = title.startsWith('replays');
    assert.is(long.report.status, isBroken ? 'failed' : 'complete', told(long));
    if (isBroken) assert.equal(long.report.validation[0]?.blame?.tasks, ['a']);
    assert.equal(
      long.report.tasks.map(({ status, reason }) => [status, reason]),
      short.report.tasks.map(({ status, reason }) => [status, reason]),
    );
    const files = (dir: string) =>
      Object.fromEntries(Object.entries(filesOf(dir)).filter(([path]) => !path.startsWith('.ptask/')));
    assertSame(files(one.dir), files(other.dir), () => told(long));
    await assertNothingLeft(one);
    if (!isLikeInOrder) return;
    const inOrder = await ground(FILES, { objectFormat: 'sha256' });
    await runIn(inOrder.dir, { ...config, integrate: 'apply' }, { strategy: 'sequential' });
    assertSame(files(one.dir), files(inOrder.dir), () => told(long));
  });
