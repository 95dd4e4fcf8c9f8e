// The published schemas as validators.

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const ajv = new Ajv({ allErrors: true, strict: false });
for (const name of ['plan', 'event', 'report']) {
  const file = new URL(`../../schema/${name}.schema.json`, import.meta.url);
  ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')), `${name}.schema.json`);
}

/** What is wrong with the document; empty where it is valid. */
export function problems(name: 'plan' | 'event' | 'report', document: unknown): string[] {
  const validate = ajv.getSchema(`${name}.schema.json`);
  if (!validate) throw new Error(`there is no schema ${name}`);
  // As it would be written: a property that is undefined is none.
  validate(JSON.parse(JSON.stringify(document)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
