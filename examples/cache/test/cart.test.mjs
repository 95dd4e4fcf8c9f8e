import assert from 'node:assert';
import { test } from 'node:test';
import { total } from '../src/cart.js';

test('the prices are added up', () => assert.equal(total([2.5, 3]), 5.5));
