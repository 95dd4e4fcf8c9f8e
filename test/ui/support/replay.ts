// Plays a scene on the terminal it runs in, with a clock of its own: nothing depends on how fast the machine is.

import { writeSync } from 'node:fs';
import type { Event } from '../../../src/model/event.ts';
import { createReporter } from '../../../src/ui/create-reporter.ts';
import type { ReporterKind } from '../../../src/ui/reporter.ts';
import { openTerminal } from '../../../src/ui/terminal.ts';
import { collidingRun } from '../../report/isolated.ts';
import { begin, end, fail, finish, print, simulate, smallRun, start } from './scripted.ts';
import { ManualClock, settle } from './stage.ts';

const clock = new ManualClock();
const terminal = openTerminal({ stream: process.stdout, env: process.env });
const open = (kind: ReporterKind = 'auto') =>
  createReporter({
    kind,
    terminal,
    env: process.env,
    verbose: false,
    quiet: false,
    outputFile: (id) => id,
    clock,
  });
const reporter = await open();

/** Tells the test to look at the screen, past everything that may have been done to stdout. */
const mark = (name: string): void => void writeSync(1, `\u001b]7777;${name}\u0007`);
/** The clock is ours and so keeps nothing alive. */
const resized = async () => {
  const alive = setTimeout(() => {}, 10_000);
  await new Promise((resolve) => process.stdout.once('resize', resolve));
  clearTimeout(alive);
};

async function play(events: readonly Event[], from: number, to: number): Promise<void> {
  for (const event of events) {
    if (event.at < from || event.at >= to) continue;
    clock.to(event.at);
    reporter.onEvent(event);
    if (event.type === 'run-started') await settle();
    else await null;
  }
  clock.to(Math.min(to, events.at(-1)?.at ?? to));
}

const scenes: Record<string, () => Promise<void>> = {
  async small() {
    const events = smallRun();
    await play(events, 0, 2_000);
    mark('running');
    await play(events, 2_000, 2_500);
    mark('retrying');
    await play(events, 2_500, Number.POSITIVE_INFINITY);
    await reporter.close();
    console.log('after');
  },
  async large() {
    const events = simulate({ tasks: 1_000, phases: 5, failEvery: 60, known: true, takes: [40, 600] });
    const moments = [400, 6_000, 18_000];
    for (const [index, at] of moments.entries()) {
      await play(events, moments[index - 1] ?? 0, at);
      mark(`at ${at}`);
    }
    await play(events, clock.now(), Number.POSITIVE_INFINITY);
    await reporter.close();
  },
  async isolated() {
    const events = collidingRun();
    const moments = [2_600, 3_100, 3_300];
    for (const [index, at] of moments.entries()) {
      await play(events, moments[index - 1] ?? 0, at);
      mark(`at ${at}`);
    }
    await play(events, clock.now(), Number.POSITIVE_INFINITY);
    await reporter.close();
  },
  async resize() {
    const events = simulate({ tasks: 40, phases: 2, known: true, takes: [4_000, 9_000] });
    await play(events, 0, 2_000);
    for (const size of ['narrow', 'wide', 'low', 'high']) {
      const changed = resized();
      mark(size);
      await changed;
      clock.to(clock.now() + 1_500);
      mark(`after ${size}`);
    }
    await play(events, clock.now(), Number.POSITIVE_INFINITY);
    await reporter.close();
  },
  async said() {
    const events = smallRun();
    await play(events, 0, 500);
    console.log('said on stdout');
    process.stderr.write('said on stderr, without an end');
    clock.to(700);
    mark('said');
    await play(events, 700, Number.POSITIVE_INFINITY);
    console.log('said last');
    await reporter.close();
  },
  async odd() {
    const id = 'a-task-with-a-name-that-is-much-too-long-for-any-screen-at-all';
    const tasks = [{ id, description: 'two\nlines \u001b[31mred' }, { id: 'wide' }];
    await play([begin(tasks), start(0, id), start(0, 'wide')], 0, 1);
    await play(
      [
        print(1, id, `${'漢字'.repeat(60)}\n`),
        print(1, 'wide', '👩‍👩‍👧 \u001b[2J\u001b[10A\u001b]0;title\u0007é\tx\u0008\n'),
      ],
      0,
      2,
    );
    clock.to(300);
    mark('odd');
    await play([finish(400, id, 400), fail(400, 'wide', 400, { reason: 'bad\nvery' }), end(400)], 0, 1_000);
    await reporter.close();
  },
  async throws() {
    await play(smallRun(), 0, 2_000);
    console.log('kept until the end');
    setImmediate(() => {
      throw new Error('nobody expected this');
    });
  },
  async signal() {
    await play(smallRun(), 0, 2_000);
    mark('kill me');
    setTimeout(() => {}, 60_000);
  },
  async exits() {
    await play(smallRun(), 0, 2_000);
    console.log('last words');
    process.exit(3);
  },
  // The loop is left empty: nothing of the view keeps the process alive.
  async forgotten() {
    await play(smallRun(), 0, 2_000);
  },
};

await scenes[process.argv[2] as string]?.();
