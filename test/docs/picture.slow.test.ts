// The picture of the README shows what ptask prints today.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { masked } from './blocks.ts';

const test = suite('docs/picture.svg');

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The words of the picture, line by line, without what differs from one run to the next. */
function wordsOf(svg: string): string {
  const lines = [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, spans = '']) =>
    [...spans.matchAll(/<tspan [^>]*>([^<]*)<\/tspan>/g)].map(([, text = '']) => unescaped(text)).join(' '),
  );
  // Where the last lines break depends on how long the times in them are.
  return masked(lines.join('\n')).replace(/\s+/g, ' ').replaceAll(' ·', '');
}

test('is what docs/picture.mjs makes', { timeout: 60_000 }, async () => {
  const fresh = join(tempDir(), 'picture.svg');
  await execa(process.execPath, [join(repositoryRoot, 'docs/picture.mjs'), fresh], {
    env: hermeticEnv(),
    extendEnv: false,
  });
  const [shown, made] = [join(repositoryRoot, 'docs/picture.svg'), fresh].map((file) =>
    wordsOf(readFileSync(file, 'utf8')),
  );
  assert.match(made ?? '', /^\$ npx ptask plan Strategy B ?, worktrees/);
  assert.is(shown, made, 'the picture is out of date: run `node docs/picture.mjs`');
});

test('loads nothing from elsewhere', () => {
  const svg = readFileSync(join(repositoryRoot, 'docs/picture.svg'), 'utf8');
  assert.not.match(svg, /<(?:image|script|style|use)\b|href=|url\(/);
});
