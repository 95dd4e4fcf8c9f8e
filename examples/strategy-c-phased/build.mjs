// All the steps of this example; each fails when the one before it has not been.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const read = (file) => readFileSync(file, 'utf8');
const write = (file, text) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
};

const steps = {
  generate() {
    const { name, fields } = JSON.parse(read('schema/order.json'));
    const lines = Object.entries(fields).map(([field, type]) => `${field}: ${type}`);
    write(`src/generated/${name}.txt`, `${lines.join('\n')}\n`);
  },
  api() {
    const fields = read('src/generated/order.txt').trim().split('\n');
    write('dist/api.json', `${JSON.stringify({ 'GET /orders': fields })}\n`);
  },
  docs() {
    const fields = read('src/generated/order.txt').trim().split('\n');
    write('dist/docs.md', `# Orders\n\n${fields.map((field) => `- ${field}\n`).join('')}`);
  },
  bundle() {
    write('dist/bundle.txt', read('dist/docs.md') + read('dist/api.json'));
  },
  format() {
    JSON.parse(read('schema/order.json'));
    console.log('schema/order.json is well formed');
  },
};

steps[process.argv[2]]();
