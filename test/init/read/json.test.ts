import { parseJson } from '../../../src/init/read/json.ts';
import { assert, suite } from '../../support/suite.ts';

const test = suite('init/read/json');

test('comments and commas too many are fine', () => {
  const text = '// a\n{ "a": [1, 2, ], /* b\n */ "b": "// no comment, /* nor this */", }\n';
  assert.equal(parseJson(text), { value: { a: [1, 2], b: '// no comment, /* nor this */' } });
});

test('a comma between two things stays, with a comment behind it too', () => {
  assert.equal(parseJson('{"a":1, // one\n"b":[2, // two\n]}'), { value: { a: 1, b: [2] } });
});

test('a quote in a string does not end it', () => {
  assert.equal(parseJson('{"a":"\\"//,}"}'), { value: { a: '"//,}' } });
});

test('a mistake has its place in the text as it is written', () => {
  const text = '{\n  // comment\n  "a": x\n}';
  assert.equal(parseJson(text), { message: 'this is not valid JSON', at: text.indexOf('x') });
  const open = '{ "a": 1';
  assert.equal(parseJson(open), { message: 'this is not valid JSON', at: open.length });
});
