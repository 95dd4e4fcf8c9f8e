// Adds a page: a file of its own, and a line for it in src/pages.js.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [name] = process.argv.slice(2);
const page = `src/${name}.js`;
const list = 'src/pages.js';
const line = `  ${name}: () => import('./${name}.js'),\n`;

// The time that such a change takes in earnest.
await sleep(1000);
writeFileSync(page, `export const title = '${name}';\nexport const render = () => \`<h1>\${title}</h1>\`;\n`);
const pages = readFileSync(list, 'utf8');
if (!pages.includes(line)) writeFileSync(list, pages.replace(/\};\n$/, `${line}};\n`));
console.log(`${page} is there and in ${list}`);
