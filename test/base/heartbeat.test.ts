// Signs of life, whatever one's own clock shows.
import { lstatSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { touch } from '../../src/base/heartbeat.ts';
import { lastSeen, markActive, markOf } from '../../src/run/records/run-mark.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('base/heartbeat');

/** Whose clock is so many milliseconds ahead. */
function skewed<T>(ms: number, work: () => T): T {
  const Real = globalThis.Date;
  globalThis.Date = class extends Real {
    constructor(...args: []) {
      super(...(args.length === 0 ? ([Real.now() + ms] as unknown as []) : args));
    }
    static override now(): number {
      return Real.now() + ms;
    }
  } as DateConstructor;
  try {
    return work();
  } finally {
    globalThis.Date = Real;
  }
}

const HOUR = 60 * 60 * 1_000;

for (const [name, ms] of Object.entries({ ahead: HOUR, behind: -HOUR }))
  test(`what is edited after a run's last sign of life is told from what was before, its clock ${name}`, () => {
    const home = tempDir();
    const id = 'PARALLEL-20240102-030405-000';
    const mark = markActive(home, { id, state: join(home, 'state') });
    mark.leave();
    utimesSync(markOf(home, id), 1, 1);
    skewed(ms, () => touch(markOf(home, id)));
    const edited = join(home, 'edited');
    writeFileSync(edited, '');
    const seen = lastSeen(home, id, false) as number;
    const { ctimeMs } = lstatSync(edited);
    assert.ok(Math.abs(seen - ctimeMs) < HOUR / 2, `${seen - ctimeMs} ms`);
  });

test('a sign of life leaves what it says', () => {
  const file = join(tempDir(), 'it');
  for (const text of ['said\n', '']) {
    writeFileSync(file, text);
    touch(file);
    assert.is(readFileSync(file, 'utf8'), text);
  }
});
