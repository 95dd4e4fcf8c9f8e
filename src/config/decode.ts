// Bytes to text. A config is UTF-8; what else an editor may have saved is told by its name.

import { isUtf8 } from 'node:buffer';
import { SourceText } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';

const AS_UTF8 = 'save it as UTF-8';

/** What neither YAML nor JSON allows in a text, with a carriage return that ends no line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]|\r(?!\n)/;

/**
 * Looks at the encoding alone.
 *
 * @param file as a person in the working directory would write it
 * @param what it is, with its article
 */
export function decodeUtf8(bytes: Buffer, file: string, what: string): Result<SourceText> {
  if (/^(fffe|feff)/.test(bytes.toString('hex', 0, 2)))
    return fail({ message: `${file} is UTF-16, but ${what} must be UTF-8`, hint: AS_UTF8 });
  if (bytes.includes(0))
    return fail({ message: `${file} is not text: it contains zero bytes`, hint: AS_UTF8 });
  // A byte-order mark is no part of the text; without it the columns are the ones an editor shows.
  const source = new SourceText(file, bytes.toString('utf8').replace(/^\uFEFF/, ''));
  if (!isUtf8(bytes)) {
    const place = source.place(source.text.indexOf('\uFFFD'));
    return fail({ message: 'this is not UTF-8', place, hint: AS_UTF8 });
  }
  return ok(source);
}

export function decode(bytes: Buffer, file: string): Result<SourceText> {
  const decoded = decodeUtf8(bytes, file, 'a config');
  if (!decoded.ok) return decoded;
  const source = decoded.value;
  const at = source.text.search(CONTROL);
  if (at < 0) return ok(source);
  const code = source.text.charCodeAt(at).toString(16).padStart(2, '0');
  return fail(
    code === '0d'
      ? {
          message: 'a carriage return alone does not end a line',
          place: source.place(at),
          hint: 'save it with LF or CRLF at the ends of lines',
        }
      : {
          message: `there is a control character here, U+00${code.toUpperCase()}`,
          place: source.place(at),
          hint: `remove it, or write "\\x${code}" in double quotes`,
        },
  );
}
