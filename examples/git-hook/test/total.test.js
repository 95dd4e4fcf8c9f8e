import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from '../src/total.js';

test('prices are added up', () => {
  assert.equal(total([{ price: 2 }, { price: 3 }]), 5);
});
