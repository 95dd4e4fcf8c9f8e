import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/base/duration.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('base/duration');

test('every unit, and fractions', () => {
  assert.equal(
    ['500ms', '30s', '10m', '1h', '1.5h', '0s', '0.5ms'].map(parseDuration),
    [500, 30_000, 600_000, 3_600_000, 5_400_000, 0, 1],
  );
});

test('never longer than a timer can wait', () => {
  assert.is(parseDuration('100000h'), 2 ** 31 - 1);
  assert.is(parseDuration('596h'), 596 * 3_600_000);
});

test('for people, rounded without a sixty', () => {
  const shown = [
    0, 4.4, 999.4, 999.6, 1_000, 1_249, 59_949, 59_950, 60_000, 185_000, 3_599_400, 3_599_600, 3_720_000,
  ];
  assert.equal(shown.map(formatDuration), [
    ...['0ms', '4ms', '999ms', '1.0s', '1.0s', '1.2s', '59.9s', '1m 00s', '1m 00s'],
    ...['3m 05s', '59m 59s', '1h 00m', '1h 02m'],
  ]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
      assert.not.match(formatDuration(ms), /(^|\D)60(\.0)?[sm]|1000ms|NaN/);
    }),
  );
});
