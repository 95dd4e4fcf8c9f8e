// Ctrl-C at any moment of a run: it ends of the signal, nothing is half-way, nothing is left over.
import { type Disturbed, disturbed, groundOf, judge, RUN } from '../support/fault-case.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';
import { ground, runIn } from './isolation-support.ts';

const test = suite('run/fault-interrupt');
const HOURS = 4 * 60 * 60 * 1000;

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

for (const [variant, few] of [
  ['apply', 2],
  ['merge', 1],
] as const)
  test(`interrupted at any moment: ${variant}`, { timeout: HOURS }, async () => {
    const calm = await groundOf(ptask, variant);
    const results: (Disturbed & { at: string })[] = [];
    // In steps of so many milliseconds, which a run of two seconds at the most gets through.
    const STEP = 20;
    await each(sampled(100, few), async (one) => {
      // The first tenth of a second is node's own: nobody listens yet.
      const ms = 150 + ((one * 37) % 60) * STEP;
      const result = await disturbed(
        ptask,
        variant,
        calm,
        async ({ dir }) => {
          const ran = await ptask.interrupt(dir, RUN, ms, 'SIGINT');
          const isOver = ran.code === 1 || ran.code === 0;
          const isDisturbed = ran.signal === 'SIGINT';
          const problems = isDisturbed || isOver ? [] : [`exit code ${ran.code}`];
          return { ...ran, isDisturbed, problems };
        },
        undefined,
        one % 2 === 0,
      );
      results.push({ ...result, at: `after ${ms} ms` });
    });
    judge(`interrupted, ${variant}`, results);
  });

test('interrupted just when a result turns out not to fit: it does not run again, and the run ends', async () => {
  const { dir } = await ground({ file: 'zero\n' });
  const tasks = {
    one: { run: 'echo one > file', writes: ['file'] },
    two: { run: 'echo two > file', writes: ['file'] },
  };
  const stop = new AbortController();
  const { report } = await runIn(
    dir,
    { concurrency: 2, tasks },
    {
      signal: stop.signal,
      onEvent: ({ type, ...event }) => {
        if (type === 'task-integrating' && 'id' in event && event.id === 'two') stop.abort('SIGINT');
      },
    },
  );
  assert.is(report.status, 'interrupted');
  assert.equal(
    report.tasks.map(({ id, status }) => `${id} ${status}`),
    ['one passed', 'two cancelled'],
  );
});
