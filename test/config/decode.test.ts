/** Bytes to text: what is UTF-8, and what other encodings are told to be. */
import { decode } from '../../src/config/decode.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('config/decode');

const CONFIG = 'tasks:\n  a: {run: x}\n';

function refusal(bytes: Buffer): [message: string, place: string | undefined, hint: string | undefined] {
  const result = decode(bytes, 'c.yaml');
  if (result.ok) throw new Error(`decoded: ${result.value.text}`);
  const [{ message, place, hint } = { message: '' }] = result.diagnostics;
  return [message, place && `${place.line}:${place.column}`, hint];
}

function text(bytes: Buffer | string): string {
  const result = decode(Buffer.from(bytes as string), 'c.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value.text;
}

test('UTF-8, with and without a byte-order mark, with either line end', () => {
  assert.is(text(CONFIG), CONFIG);
  assert.is(text(`\uFEFF${CONFIG}`), CONFIG);
  assert.is(text(CONFIG.replaceAll('\n', '\r\n')), CONFIG.replaceAll('\n', '\r\n'));
  assert.is(text('# é 日本 🎉 \u0085 \u2028 \ufffd\n'), '# é 日本 🎉 \u0085 \u2028 \ufffd\n');
  assert.is(text(''), '');
});

test('UTF-16 is named', () => {
  const little = Buffer.from(`\uFEFF${CONFIG}`, 'utf16le');
  const said = ['c.yaml is UTF-16, but a config must be UTF-8', undefined, 'save it as UTF-8'];
  assert.equal(refusal(little), said);
  assert.equal(refusal(Buffer.from(little).swap16()), said);
});

test('binary, and UTF-16 without its mark, are no text', () => {
  const said = ['c.yaml is not text: it contains zero bytes', undefined, 'save it as UTF-8'];
  assert.equal(refusal(Buffer.from(CONFIG, 'utf16le')), said);
  assert.equal(refusal(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')), said);
  assert.equal(refusal(Buffer.from('tasks:\0')), said);
});

test('Latin-1 is told where it is seen', () => {
  assert.equal(refusal(Buffer.from('tasks:\n  caf\xe9: {run: x}\n', 'latin1')), [
    'this is not UTF-8',
    '2:6',
    'save it as UTF-8',
  ]);
});

test('control characters are told with the way to write them', () => {
  assert.equal(refusal(Buffer.from('tasks:\n  a: {run: x\x1b[31m}\n')), [
    'there is a control character here, U+001B',
    '2:13',
    'remove it, or write "\\x1b" in double quotes',
  ]);
  assert.is(refusal(Buffer.from('a: \u009b'))[1], '1:4');
  assert.equal(refusal(Buffer.from('tasks:\r  a: x\r')), [
    'a carriage return alone does not end a line',
    '1:7',
    'save it with LF or CRLF at the ends of lines',
  ]);
});

test('after a byte-order mark the columns are those of the editor', () => {
  assert.is(refusal(Buffer.from('\uFEFFa: \x07'))[1], '1:4');
});
