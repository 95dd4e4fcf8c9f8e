// How long a server may say nothing.

import { mock } from 'node:test';
import { Line } from '../../src/remote/line.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/line');

const MB = 1_024 * 1_024;

/** With a clock that goes as it is told. */
function withClock(work: (pass: (ms: number) => void) => void): void {
  mock.timers.enable({ apis: ['setInterval'] });
  try {
    work((ms) => mock.timers.tick(ms));
  } finally {
    mock.timers.reset();
  }
}

const watch = (line: Line, watched: Partial<Parameters<Line['watch']>[0]> = {}) => {
  const state = { isOver: false };
  const it = line.watch({ timeoutMs: 2_000, ...watched }, () => {
    state.isOver = true;
  });
  return { state, it };
};

test('no longer than it is said, from the last that has come', () =>
  withClock((pass) => {
    const { state, it } = watch(new Line());
    pass(1_500);
    it.renew();
    pass(1_500);
    assert.is(state.isOver, false);
    pass(1_000);
    assert.is(state.isOver, true);
    assert.is(it.isOver, true);
  }));

test('longer by what is on its way to it, for whoever waits meanwhile; and no longer once that is there', () =>
  withClock((pass) => {
    const line = new Line();
    const question = watch(line);
    const upload = watch(line, { up: 4 * MB });
    pass(15_000);
    assert.is(question.state.isOver, false);
    assert.is(upload.state.isOver, false);
    upload.it.end();
    pass(1_000);
    assert.is(question.state.isOver, false);
    pass(2_000);
    assert.is(question.state.isOver, true);
  }));

test('uploads that share the line wait for each other', () =>
  withClock((pass) => {
    const line = new Line();
    const [first, last] = [watch(line, { up: 4 * MB }), watch(line, { up: 4 * MB })];
    pass(30_000);
    first.it.end();
    pass(16_000);
    assert.is(last.state.isOver, false);
    pass(4_000);
    assert.is(last.state.isOver, true);
  }));

test('a byte from time to time is no download', () =>
  withClock((pass) => {
    const { state, it } = watch(new Line(), { down: MB });
    for (let at = 0; at < 5; at++) {
      pass(1_000);
      it.renew();
    }
    assert.is(state.isOver, false);
    pass(1_000);
    assert.is(state.isOver, true);
  }));

test('one of which nothing is seen before all of it is there has as much longer', () =>
  withClock((pass) => {
    const line = new Line();
    const batch = watch(line, { down: MB, isWhole: true });
    const stream = watch(line, { down: MB });
    pass(2_500);
    assert.equal([batch.state.isOver, stream.state.isOver], [false, true]);
    pass(8_000);
    assert.is(batch.state.isOver, true);
  }));

test('what we were too busy to hear is not counted', () => {
  const { state, it } = watch(new Line(), { timeoutMs: 40 });
  const began = Date.now();
  while (Date.now() - began < 100);
  return new Promise<void>((done) =>
    setImmediate(() => {
      assert.is(state.isOver, false);
      it.end();
      done();
    }),
  );
});
