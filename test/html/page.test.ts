// The page in a real browser: what is drawn, what answers, with the keyboard, to those who cannot see it, and how soon.

import { cachedRun } from '../report/cached.ts';
import { shopFailure, shopSuccess } from '../report/fixtures.ts';
import { collidingRun } from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';
import { chromium, open, violations } from './browser.ts';
import { HOSTILE, hostileRun, largeRun, pageOf, written } from './runs.ts';

const test = suite('html/page');
const REASON = 'there is no Chromium on this machine; PTASK_CHROMIUM may name one';

const SLOW = { timeout: 60_000 };
const inBrowser = (name: string, body: () => Promise<void>): void =>
  chromium === undefined ? test.skip(name, REASON, body) : test(name, SLOW, body);

inBrowser('a good and a failed run are drawn without a problem, light and dark', async () => {
  for (const events of [shopSuccess(), shopFailure(), collidingRun(), cachedRun()]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, problems } = await open(written(pageOf(events)), { colorScheme });
      assert.is(
        await page.locator('#timeline button.bar').count(),
        await page.locator('.bar[data-task]').count(),
      );
      assert.equal(await violations(page), [], colorScheme);
      assert.equal(problems, []);
      await page.context().close();
    }
  }
});

inBrowser('the details of a task open from anywhere, are accessible, and close with Escape', async () => {
  const diff = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n';
  const sources = { diff: () => ({ text: diff }) };
  const { page, problems } = await open(written(pageOf(shopFailure(), sources)));
  const dialog = page.locator('dialog#task');
  for (const from of ['#failures', '#timeline', '#graph', '#task-table']) {
    await page.locator(`${from} [data-task="2"]`).first().click();
    assert.is(await dialog.locator('h2').innerText(), 'api', from);
    await page.keyboard.press('Escape');
    assert.not.ok(await dialog.isVisible());
  }
  await page.locator('#task-table [data-task="2"]').click();
  const text = await dialog.innerText();
  for (const part of [
    'Comes after',
    'schema',
    'Waited for',
    'its next attempt: 100ms',
    'Conflicts',
    'Diff',
    '+new',
  ])
    assert.match(text, part);
  assert.is(await dialog.locator('pre .added').innerText(), '+new\n');
  assert.equal(await violations(page), []);
  assert.match(page.url(), /#task=api$/);
  assert.equal(problems, []);
  await page.context().close();
});

test('the page says what came from the cache, and of the rest why not', () => {
  const page = pageOf(cachedRun());
  assert.match(page, '<span>1 cached, saved 1m 20s</span>');
  assert.match(page, 'passed</span> <span class="dim">cached (saved 1m 20s)</span>');
  assert.match(page, '<li><a href="#cache">Cache</a></li>');
  assert.match(page, '<td>src/a.ts changed and CI is now set</td>');
});

inBrowser('a task from the cache says so wherever its status stands', async () => {
  const { page } = await open(written(pageOf(cachedRun())));
  assert.match((await page.locator('#graph [data-task="0"]').getAttribute('title')) ?? '', 'passed, cached');
  assert.match(
    (await page.locator('#timeline [data-task="0"]').getAttribute('title')) ?? '',
    'passed, cached',
  );
  await page.locator('#task-table [data-task="0"]').click();
  const text = await page.locator('dialog#task').innerText();
  assert.match(text, 'passed, cached');
  assert.match(text, 'its result came from the cache, made in 1m 20s');
  await page.context().close();
});

inBrowser('an address with a task opens it', async () => {
  const { page } = await open(`${written(pageOf(shopSuccess()))}#task=web`);
  assert.is(await page.locator('dialog#task h2').innerText(), 'web');
  await page.context().close();
});

inBrowser('with the keyboard alone: one stop for the timeline, arrows within, Enter opens', async () => {
  const { page } = await open(written(pageOf(shopSuccess())));
  await page.keyboard.press('Tab');
  assert.is(await page.evaluate('document.activeElement.className'), 'skip');
  await page.locator('#zoom').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const opened = await page.locator('dialog#task h2').innerText();
  await page.keyboard.press('Escape');
  assert.match(await page.evaluate<string>('document.activeElement.ariaLabel'), opened);
  await page.keyboard.press('Tab');
  assert.not.ok(await page.evaluate("document.activeElement.closest('.chart') !== null"));
  await page.context().close();
});

inBrowser('by task the waits stand there with their causes', async () => {
  const { page } = await open(written(pageOf(collidingRun())));
  await page.getByRole('button', { name: 'by task' }).click();
  const waits = await page
    .locator('#timeline .row .wait')
    .evaluateAll((all) => all.map(({ title }) => title));
  assert.ok(
    waits.some((text) => /for its turn to be integrated, after api/.test(text)),
    waits.join('\n'),
  );
  assert.is(await page.locator('#timeline .row .bar.dropped').count(), 1);
  assert.equal(await violations(page), []);
  await page.context().close();
});

inBrowser('a cell of the matrix says why, and the theme can be switched', async () => {
  const { page } = await open(written(pageOf(shopSuccess())), { colorScheme: 'light' });
  await page.locator('.matrix button.isolate').first().click();
  assert.match(
    await page.locator('#conflicts [role="status"]').innerText(),
    'api and web: both write src/api/routes.ts',
  );
  const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const light = await background();
  await page.locator('#theme').click();
  await page.locator('#theme').click();
  assert.is(await page.locator('#theme').innerText(), 'Theme: dark');
  assert.is.not(await background(), light);
  await page.context().close();
});

inBrowser('the table is sorted and filtered', async () => {
  const { page } = await open(written(pageOf(shopFailure())));
  const names = () => page.locator('#task-table tbody tr:visible th').allInnerTexts();
  await page.locator('#task-table thead').getByRole('button', { name: 'Duration' }).click();
  assert.equal(await names(), ['lint', 'api', 'schema', 'web', 'e2e']);
  await page.locator('#status').selectOption('failed');
  assert.equal(await names(), ['api']);
  await page.locator('#status').selectOption('');
  await page.locator('#search').fill('E');
  assert.equal(await names(), ['schema', 'web', 'e2e']);
  await page.context().close();
});

inBrowser('what a run has said is text in every part of the page', async () => {
  const { page, problems } = await open(written(pageOf(hostileRun(), { diff: () => ({ text: HOSTILE }) })));
  await page.locator('#task-table button[data-task="0"]').click();
  await page.getByRole('button', { name: 'Close' }).click();
  assert.is(await page.evaluate("'broken' in window"), false);
  assert.equal(problems, []);
  await page.context().close();
});

inBrowser('on a small screen nothing but what scrolls is wider than it', async () => {
  const { page } = await open(written(pageOf(shopFailure())), { viewport: { width: 400, height: 800 } });
  assert.is(await page.evaluate('document.documentElement.scrollWidth'), 400);
  await page.context().close();
});

inBrowser(
  'a thousand tasks: one row of bars for each slot, no more cells and lines than can be read',
  async () => {
    const { page, problems } = await open(written(pageOf(largeRun(1_000))));
    assert.is(await page.locator('#timeline .row').count(), 8);
    assert.is(await page.locator('#timeline button.bar').count(), 1_000);
    assert.ok((await page.locator('.matrix td').count()) < 1_000);
    assert.ok((await page.locator('.lines path').count()) <= 300);
    await page.getByRole('button', { name: 'by task' }).click();
    assert.is(await page.locator('#timeline .row').count(), 1_000);
    assert.equal(problems, []);
    await page.context().close();
  },
);
