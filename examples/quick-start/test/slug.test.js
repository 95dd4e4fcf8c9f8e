import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slug } from '../src/slug.js';

test('words are joined by dashes', () => {
  assert.equal(slug('Reading and writing'), 'reading-and-writing');
});

test('nothing but letters and digits is left', () => {
  assert.equal(slug('  What? A slug!  '), 'what-a-slug');
});
