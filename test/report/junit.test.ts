// JUnit XML against what is not ours: Jenkins' schema, and a reader of such files.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'junit2json';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import type { Event } from '../../src/model/event.ts';
import { reportJunit } from '../../src/report/junit.ts';
import { assert, suite } from '../support/suite.ts';
import { cachedRun } from './cached.ts';
import {
  ends,
  finished,
  foldReport,
  planned,
  planOf,
  shopFailure,
  shopSuccess,
  started,
  starts,
} from './fixtures.ts';
import { rolledBackRun, unresolvedRun } from './isolated.ts';

const test = suite('report/junit');

const schema = XsdValidator.fromDoc(
  XmlDocument.fromString(readFileSync(new URL('./jenkins-junit.xsd', import.meta.url), 'utf8')),
);
const junit = (events: Event[]): string => reportJunit(foldReport(events));

/** Throws where it is not well-formed, or not what the schema says. */
function validate(xml: string): void {
  const document = XmlDocument.fromString(xml);
  try {
    schema.validate(document);
  } finally {
    document.dispose();
  }
}

interface Read {
  tests?: number;
  failures?: number;
  testsuite?: {
    name?: string;
    tests?: number;
    skipped?: number;
    time?: number;
    testcase?: {
      name?: string;
      classname?: string;
      time?: number;
      failure?: { message?: string; inner?: string }[];
      skipped?: { inner?: string }[];
    }[];
  }[];
}
const read = async (xml: string): Promise<Read> => (await parse(xml)) as unknown as Read;

test('every kind of run is what the schema says', () => {
  for (const events of [
    shopFailure(),
    shopSuccess(),
    rolledBackRun(),
    unresolvedRun(),
    cachedRun(),
    [started(planOf([]))],
  ])
    validate(junit(events));
});

test('the schema is no rubber stamp', () => {
  assert.throws(() => validate(junit(shopSuccess()).replace('<testcase name=', '<testcase title=')));
});

test('what came from the cache, why something did not, and why it is not kept', () => {
  const xml = junit(cachedRun());
  assert.match(xml, '<property name="ptask.cached" value="1"/>');
  assert.match(xml, '\ncached: saved 80.000 s\n');
  assert.match(
    xml,
    '\nnot cached: src/a.ts changed; CI is now set\nnot kept: src/a.ts changed while it ran<',
  );
  assert.not.match(junit(shopSuccess()), 'cached');
});

test('a reader finds the counts, the failure with its output, and why something was skipped', async () => {
  const { tests, failures, testsuite = [] } = await read(junit(shopFailure()));
  assert.equal([tests, failures], [6, 1]);
  assert.equal(
    testsuite.map(({ name, tests, skipped }) => [name, tests, skipped]),
    [
      ['tasks', 5, 1],
      ['validation', 1, 1],
    ],
  );
  const cases = testsuite[0]?.testcase ?? [];
  const api = cases.find(({ name }) => name === 'api');
  assert.equal([api?.classname, api?.time], ['ptask.tasks', 1.9]);
  assert.is(api?.failure?.[0]?.message, 'its verify failed, exit code 1');
  assert.match(api?.failure?.[0]?.inner ?? '', 'expected 201, got 500');
  assert.match(cases.find(({ name }) => name === 'e2e')?.skipped?.[0]?.inner ?? '', 'skipped: api failed');
  assert.match(testsuite[1]?.testcase?.[0]?.skipped?.[0]?.inner ?? '', 'not every task passed');
});

test('what was put back on account of another is skipped, what failed itself is a failure', async () => {
  const { testsuite = [] } = await read(junit(rolledBackRun()));
  const web = testsuite[0]?.testcase?.find(({ name }) => name === 'web');
  assert.match(web?.failure?.[0]?.message ?? '', 'its verify failed');
  const stopped = await read(junit(unresolvedRun()));
  const schema = stopped.testsuite?.[0]?.testcase?.find(({ name }) => name === 'schema');
  assert.match(schema?.skipped?.[0]?.inner ?? '', 'rolled-back: web failed');
});

test('the tasks that broke a validation step are named in its failure', async () => {
  const output = { bytes: 3, tail: ['TS2345'] };
  const blame = { status: 'found', tasks: ['a', 'b'], replays: 4, durationMs: 1_000 } as const;
  const xml = junit([
    started(planOf([planned('a'), planned('b')]), { validation: ['types'] }),
    ends('a', 1, 1),
    ends('b', 1, 1),
    { type: 'validation-started', at: 2, name: 'types' },
    {
      ...{ type: 'validation-finished', at: 3, name: 'types', status: 'failed', exitCode: 2, durationMs: 1 },
      ...{ output, log: 'validation/1.out' },
    } as Event,
    { type: 'validation-blamed', at: 4, name: 'types', blame: { ...blame, tasks: [...blame.tasks] } },
    finished(5),
  ]);
  validate(xml);
  const { testsuite = [] } = await read(xml);
  const failure = testsuite[1]?.testcase?.[0]?.failure?.[0];
  assert.is(failure?.message, 'exit code 2; broken by a and b, only together (4 replays, 1.0s)');
  assert.match(failure?.inner ?? '', 'TS2345');
});

const hostile = ']]> <x a="1">&amp; \u0000\u0007\u001b[31mred\u001b[0m \ud800 \udc00x \ufffe \u0085 \t "\'';

test('whatever a task prints is XML', () => {
  const any = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(hostile));
  fc.assert(
    fc.property(any, any, any, (id, reason, line) => {
      const failed = { status: 'failed', exitCode: 1, reason } as const;
      const events = [
        started(planOf([planned(id)]), { validation: [reason] }),
        starts(id, 0),
        ends(id, 5, 5, { ...failed, output: { bytes: 9, tail: [line, hostile] } }),
        finished(6),
      ];
      validate(junit(events));
    }),
    { numRuns: 200 },
  );
});

test('what can be told of such text is kept', async () => {
  const output = { bytes: 9, tail: [']]> <b> & "x"'] };
  const xml = junit([
    started(planOf([planned('a<b>&"')])),
    starts('a<b>&"', 0),
    ends('a<b>&"', 5, 5, { status: 'failed', exitCode: 1, output }),
    finished(6),
  ]);
  const { testsuite = [] } = await read(xml);
  const [found] = testsuite[0]?.testcase ?? [];
  assert.is(found?.name, 'a<b>&"');
  assert.match(found?.failure?.[0]?.inner ?? '', ']]> <b> & "x"');
});
