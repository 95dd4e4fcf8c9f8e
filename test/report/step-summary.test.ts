import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown } from '../../src/present/markdown.ts';
import { reportDocument } from '../../src/present/report-document.ts';
import { appendStepSummary, fitting } from '../../src/report/step-summary.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { foldReport, shopFailure } from './fixtures.ts';

const test = suite('report/step-summary');
const report = foldReport(shopFailure());
const MIB = 1024 * 1024;

test('is appended to what is there', () => {
  const file = join(tempDir(), 'summary.md');
  writeFileSync(file, '# before\n');
  assert.is(appendStepSummary(report, { GITHUB_STEP_SUMMARY: file }), undefined);
  assert.is(readFileSync(file, 'utf8'), `# before\n${markdown(reportDocument(report))}\n`);
});

test('nothing happens without the variable', () => {
  assert.is(appendStepSummary(report, {}), undefined);
  assert.is(appendStepSummary(report, { GITHUB_STEP_SUMMARY: '' }), undefined);
});

test('a file that cannot be written is a warning', () => {
  const file = join(tempDir(), 'gone', 'summary.md');
  assert.match(
    appendStepSummary(report, { GITHUB_STEP_SUMMARY: file }) ?? '',
    /^the summary of the step cannot be written: ENOENT/,
  );
});

test('never more than a summary may hold, what other commands have said counted', () => {
  const file = join(tempDir(), 'summary.md');
  writeFileSync(file, 'x'.repeat(MIB - 700));
  appendStepSummary(report, { GITHUB_STEP_SUMMARY: file });
  const text = readFileSync(file, 'utf8');
  assert.ok(Buffer.byteLength(text) <= MIB);
  assert.match(text, /# ⚠️ PARALLEL-/);
  assert.match(text, /The rest is left out/);
  writeFileSync(file, 'x'.repeat(MIB));
  appendStepSummary(report, { GITHUB_STEP_SUMMARY: file });
  assert.is(readFileSync(file).length, MIB);
});

test('it is cut between sections, and no character in two', () => {
  const text = `# a\n\n${'é'.repeat(50)}\n\n## b\n\n${'é'.repeat(300)}\n`;
  for (let bytes = 80; bytes < 700; bytes++) {
    const cut = fitting(text, bytes);
    assert.ok(Buffer.byteLength(cut) <= bytes, String(bytes));
    assert.not.match(cut, '\ufffd');
  }
  assert.match(fitting(text, 300), /é\n\nThe rest/);
  assert.is(fitting(text, 10_000), text);
});
