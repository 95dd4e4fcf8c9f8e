// docs/faq.md: each of its headings that is a message is one that ptask still prints.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { blocksOf } from './blocks.ts';

const test = suite('docs/faq.md and the messages');
const text = readFileSync(join(repositoryRoot, 'docs/faq.md'), 'utf8');
const src = join(repositoryRoot, 'src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(src, path), 'utf8'));

/** Headings with what stands below them. */
const sections = [...text.matchAll(/^### (.+)\n([\s\S]*?)(?=^##|(?![\s\S]))/gm)].map(
  ([, heading = '', body = '']) => ({ heading, body }),
);

/** A message as an expression: `…` is anything, and any space may be a line break. */
function expressionOf(message: string): RegExp {
  const parts = message.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[\\s\\S]*?').replaceAll(' ', '\\s+'));
}

/** The commands of the section print it, which `faq.slow.test.ts` sees to; else it stands in the source, piece by piece. */
function isSaid(message: string, body: string): boolean {
  const printed = blocksOf(body).filter(({ language }) => language === 'console');
  if (printed.length > 0) return printed.some((block) => expressionOf(message).test(block.text));
  const pieces = message.split('…').map((piece) => piece.trim());
  return pieces.every((piece) => piece === '' || sources.some((source) => source.includes(piece)));
}

test('each message is one of ptask', () => {
  const messages = sections.flatMap(({ heading, body }) => {
    const [, message] = /^`(.+)`$/.exec(heading) ?? [];
    return message === undefined ? [] : [{ message, body }];
  });
  assert.ok(messages.length >= 20, `${messages.length} messages`);
  for (const { message, body } of messages) assert.ok(isSaid(message, body), message);
});

test('each section says what to do', () => {
  assert.ok(sections.length > 20);
  for (const { heading, body } of sections) {
    const prose = body.replace(/^```[\s\S]*?^```$/gm, '').replace(/^<!--.*$/gm, '');
    assert.ok(prose.trim().length > 30, heading);
  }
});
