// The wire format: bytes as the specification has them, and what comes back when they are read.

import fc from 'fast-check';
import {
  bufferOf,
  bytes,
  type Field,
  flag,
  integer,
  message,
  readFields,
  text,
} from '../../src/cache/protobuf.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cache/protobuf');

const hexOf = (written: string): string => bufferOf(written).toString('hex');
const read = (hex: string): Field[] | undefined => readFields(Buffer.from(hex, 'hex'));

test('the examples of the specification', () => {
  assert.is(hexOf(integer(1, 150)), '089601');
  assert.is(hexOf(text(2, 'testing')), '120774657374696e67');
  assert.is(hexOf(message(3, integer(1, 150))), '1a03089601');
});

test('numbers take seven bits a byte, lowest first', () => {
  const NUMBERS: [number, string][] = [
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2 ** 31, '8080808008'],
    [2 ** 32, '8080808010'],
    [2 ** 53 - 1, 'ffffffffffffff0f'],
  ];
  for (const [value, hex] of NUMBERS) {
    assert.is(hexOf(integer(1, value)), `08${hex}`);
    assert.equal(read(`08${hex}`), [{ number: 1, value }]);
  }
  assert.is(hexOf(integer(15, 1)), '7801');
  assert.is(hexOf(integer(16, 1)), '800101', 'the number of a field is one of them');
});

test('what has its default value is left out, but in a repeated field and for a message', () => {
  assert.is(integer(1, 0) + flag(2, false) + text(3, '') + bytes(4, ''), '');
  assert.is(hexOf(flag(2, true)), '1001');
  assert.is(hexOf(message(3, '')), '1a00');
});

test('text is UTF-8, bytes are what they are', () => {
  assert.is(hexOf(text(1, 'é😀')), '0a06c3a9f09f9880');
  assert.is(hexOf(bytes(1, '\xc3\xff\0')), '0a03c3ff00');
});

test('a long message is told how long it is', () => {
  const long = message(1, text(1, 'x'.repeat(200)));
  assert.is(hexOf(long), `0acb010ac801${'78'.repeat(200)}`);
});

test('fields are read as often and in the order in which they are there', () => {
  assert.equal(read('1201610801120008ac02'), [
    { number: 2, value: Buffer.from('a') },
    { number: 1, value: 1 },
    { number: 2, value: Buffer.alloc(0) },
    { number: 1, value: 300 },
  ]);
  assert.equal(read(''), []);
});

test('negative numbers have ten bytes', () => {
  assert.equal(read('20ffffffffffffffffff01'), [{ number: 4, value: -1 }]);
  assert.equal(read('20f1ffffffffffffffff01'), [{ number: 4, value: -15 }]);
  assert.equal(read('2080808080f8ffffffff01'), [{ number: 4, value: -(2 ** 31) }]);
});

test('what has a fixed width is passed over', () => {
  assert.equal(read('090102030405060708150102030418050d00000000'), [{ number: 3, value: 5 }]);
});

const DAMAGED: [name: string, hex: string][] = [
  ['a tag that is cut off', '80'],
  ['a number that is cut off', '0880'],
  ['a number that is not there', '08'],
  ['a number of eleven bytes', '088080808080808080808001'],
  ['a number that is not exact here', '0880808080808080808001'],
  ['a text that is cut off', '0a0261'],
  ['a text of a negative length', '0affffffffffffffffff01'],
  ['a fixed width that is cut off', '0901020304'],
  ['the field 0', '0001'],
  ['a group', '0b0c'],
  ['a tag of more than 32 bits', '888080801001'],
];

for (const [name, hex] of DAMAGED) test(`no message: ${name}`, () => assert.is(read(hex), undefined));

test('what is written is read again', () => {
  const number = fc.integer({ min: 1, max: 2 ** 29 - 1 });
  const value = fc.oneof(
    fc.maxSafeNat().filter((some) => some > 0),
    fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some)),
  );
  const field = fc.tuple(number, value).map(([number, value]): Field => ({ number, value }));
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      const written = fields.map(({ number, value }) =>
        typeof value === 'number' ? integer(number, value) : message(number, value.toString('latin1')),
      );
      assert.equal(readFields(bufferOf(written.join(''))), fields);
    }),
  );
});

test('whatever the bytes are, they are a message or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
      const fields = readFields(Buffer.from(random));
      assert.ok(fields === undefined || fields.every(({ number }) => number > 0));
    }),
    { numRuns: 2_000 },
  );
});
