// The ways in which a value comes to be written. Unaware of where it is looked for.

import { LEAST_NAMED } from './secret-values.ts';

/** Characters of one line of many, and of a piece of base64 or of digits, which anything may be part of. */
export const LEAST_PART = 8;

/** Every text to look for, none with a line's end in it. */
export function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.filter((line) => line.length >= LEAST_PART && !/^-----(?:BEGIN|END) /.test(line));
  const plain = lines.length === 1 ? [value] : parts;
  const forms = [
    ...plain,
    ...[value, ...plain].flatMap((each) => [
      ...urls(each),
      ...jsons(each),
      ...markups(each),
      ...shells(each),
    ]),
    ...[value, ...plain].flatMap((each) => [...base64s(each), ...base64s(`${each}\n`), ...digits(each)]),
  ].filter((form) => form.length >= LEAST_NAMED && !/[\r\n]/.test(form));
  return [...new Set(forms)];
}

const code = (sign: string, digitsAtLeast = 2): string =>
  sign.charCodeAt(0).toString(16).padStart(digitsAtLeast, '0');

function urls(value: string): string[] {
  const usual = encoded(value);
  const strict = usual.replace(/[!'()*]/g, (sign) => `%${code(sign).toUpperCase()}`);
  const all = [
    usual,
    strict,
    strict.replaceAll('%2F', '/'),
    strict.replaceAll('%20', '+'),
    encoded(value, encodeURI),
  ];
  return all.flatMap((each) => [each, each.replace(/%[\dA-F]{2}/g, (octet) => octet.toLowerCase())]);
}

/** A value with half a character in it has no such form. */
function encoded(value: string, how: (text: string) => string = encodeURIComponent): string {
  try {
    return how(value);
  } catch {
    return value;
  }
}

/** As texts in JSON, and as JSON that is a text in JSON. */
function jsons(value: string): string[] {
  const json = inJson(value);
  const escaped = [
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${code(sign, 4)}`),
    json.replace(/[^\0-\x7f]/g, (sign) => `\\u${code(sign, 4)}`),
    json.replace(/[<>&'+\u007f-\uffff]/g, (sign) => `\\u${code(sign, 4).toUpperCase()}`),
  ];
  return [...escaped, ...escaped.map(inJson)];
}

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

/** In HTML and XML: what is escaped, and how, differs with who writes it. */
function markups(value: string): string[] {
  const least = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (!/[&<>"'\u0080-\uffff]/.test(value)) return [];
  const quotes = ['"', '&quot;', '&#34;', '&#x22;'];
  const apostrophes = ["'", '&#39;', '&#039;', '&#x27;', '&apos;'];
  const all = quotes.flatMap((quote) =>
    apostrophes.map((apostrophe) => least.replaceAll('"', quote).replaceAll("'", apostrophe)),
  );
  const numeric = (text: string): string =>
    text.replace(/[^\0-\x7f]/gu, (sign) => `&#${sign.codePointAt(0)};`);
  return [...all, ...all.map(numeric), ...all.map((each) => each.replaceAll('/', '&#x2F;'))];
}

/** Within quotes of each kind, with backslashes, and as programs show a text: `it\'s`. */
function shells(value: string): string[] {
  return [
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replaceAll("'", "\\'"),
    value.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
    value.replace(/["\\$`]/g, '\\$&'),
    value.replace(/["\\$`!]/g, '\\$&'),
    value.replace(/[\s'"\\|&;()<>!{}*[\]?^$`]/g, '\\$&'),
    value.replace(/[\s'"\\|&;()<>!{}*[\]?^$`,]/g, '\\$&'),
    value.replace(/[^\w@%+=:,./-]/g, '\\$&'),
    value.replace(/\W/g, '\\$&'),
  ];
}

/** Alone, and as a part of something longer: behind the name of a user, say, where other bits stand at both ends. */
function base64s(value: string): string[] {
  const bytes = Buffer.from(value);
  const alone = bytes.toString('base64').replace(/=+$/, '');
  const parts = [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = all.subarray(0, all.length - (all.length % 3)).toString('base64');
    return whole.slice(before === 0 ? 0 : before + 1);
  });
  const found = [alone, ...parts].filter((part) => part.length >= LEAST_PART);
  return [...found, ...found.map((part) => part.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** Hexadecimal, as different programs write it. */
function digits(value: string): string[] {
  const octets = Buffer.from(value).toString('hex').match(/../g) ?? [];
  const all = [
    octets.join(''),
    octets.join(' '),
    octets.join(':'),
    octets.map((octet) => `\\x${octet}`).join(''),
  ];
  return all
    .filter((form) => form.length >= LEAST_PART)
    .flatMap((form) => [form, form.toUpperCase().replaceAll('\\X', '\\x')]);
}
