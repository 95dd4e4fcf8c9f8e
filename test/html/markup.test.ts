// The page as a document, without a browser: valid, self-contained, and closed against what a run may have said.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { HtmlValidate } from 'html-validate/node';
import { html } from '../../src/html/markup.ts';
import { shopFailure, shopSuccess } from '../report/fixtures.ts';
import { collidingRun, unresolvedRun } from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';
import { HOSTILE, hostileRun, largeRun, pageOf } from './runs.ts';

const test = suite('html/markup');

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:a11y'],
  rules: {
    // Style: how long a title may be, and that nothing is left to the browser.
    'long-title': 'off',
    'no-trailing-whitespace': 'off',
    // It is the one way to let somebody scroll with the keyboard, as axe asks.
    'no-redundant-role': 'off',
    'prefer-native-element': 'off',
    'require-sri': 'off',
    'no-inline-style': 'error',
  },
});

async function problemsOf(page: string): Promise<string[]> {
  const { results } = await validator.validateString(page);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`),
  );
}

test('every kind of run is valid HTML', { timeout: 60_000 }, async () => {
  for (const events of [shopSuccess(), shopFailure(), collidingRun(), unresolvedRun(), hostileRun()])
    assert.equal(await problemsOf(pageOf(events)), []);
});

test('the validator is no rubber stamp', async () => {
  assert.is.not((await problemsOf(pageOf(shopSuccess()).replace('</main>', ''))).length, 0);
});

test('nothing in it is of elsewhere, and the policy lets in what stands there and no more', () => {
  const page = pageOf(shopSuccess());
  assert.not.match(page, /(?:src|href)="(?!#|data:)/);
  assert.not.match(page, /\son\w+=|\sstyle="|javascript:/);
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  assert.match(policy, "default-src 'none'");
  for (const [kind, text] of [
    ['script', /<script>([\s\S]*?)<\/script>/.exec(page)?.[1]],
    ['style', /<style>([\s\S]*?)<\/style>/.exec(page)?.[1]],
  ]) {
    const hash = createHash('sha256')
      .update(text ?? '')
      .digest('base64');
    assert.match(policy, `${kind}-src 'sha256-${hash}'`);
  }
  assert.not.match(policy, 'unsafe');
});

test('what a run has said stays text', () => {
  const page = pageOf(hostileRun());
  assert.is(page.split('<script').length - 1, 2);
  assert.is(page.split('<img').length - 1, 0);
  const json = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
  assert.not.match(json, '<');
  assert.is((JSON.parse(json) as { tasks: { id: string }[] }).tasks[0]?.id, HOSTILE);
});

test('no text in a template becomes markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const made = html`<p title="${text}">${text}</p>`.text;
      assert.match(made, /^<p title="[^"<>]*">[^<>]*<\/p>$/);
    }),
  );
});

test('a large run makes no large page', () => {
  assert.ok(pageOf(largeRun(1_000)).length < 2_000_000);
});
