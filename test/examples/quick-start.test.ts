import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { changes, copyOf, edgesOf, isBefore, outcomes, phasesOf } from './example.ts';

const test = suite('quick-start');

test('plans strategy C: pages after feed, for the file between them', async () => {
  const plan = await copyOf('quick-start').plan();
  assert.is(plan.strategy.letter, 'C');
  assert.equal(phasesOf(plan), [['syntax', 'test', 'data', 'feed'], ['pages']]);
  assert.equal(edgesOf(plan), ['feed → pages: write-read dist/feed.json']);
  assert.equal(plan.notes, []);
});

test('runs all five, validates and writes the site', async () => {
  const example = copyOf('quick-start');
  const report = await example.run(0);
  assert.is(report.status, 'complete');
  assert.is(report.strategy.letter, 'C');
  assert.equal(outcomes(report), [
    'syntax passed',
    'test passed',
    'data passed',
    'feed passed',
    'pages passed',
  ]);
  assert.ok(isBefore(report, 'feed', 'pages'));
  assert.equal(changes(report), [
    'feed created dist/feed.json',
    'pages created dist/pages/four-tasks-at-once.html',
    'pages created dist/pages/one-conflict.html',
    'pages created dist/pages/reading-and-writing.html',
  ]);
  assert.equal(
    report.validation.map(({ name, status }) => `${name} ${status}`),
    ['links passed'],
  );
  assert.match(example.read('dist/pages/one-conflict.html') ?? '', 'href="reading-and-writing.html"');
});

test('the tests really run, and so does the check of the data', async () => {
  const example = copyOf('quick-start');
  write(example.dir, {
    'src/slug.js': 'export const slug = (title) => title;\n',
    'data/posts.json': '[{ "title": "No date", "text": "", "date": "tomorrow" }]\n',
  });
  const report = await example.run(1);
  assert.equal(outcomes(report), [
    'syntax passed',
    'test failed',
    'data failed',
    'feed passed',
    'pages passed',
  ]);
  assert.equal(report.tasks[2]?.output.tail, ['/0/date is "tomorrow"', '1 posts, 1 problems']);
});
