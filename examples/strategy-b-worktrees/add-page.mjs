// Adds a page: its own file, and a line for it in src/pages.js.
import { readFileSync, writeFileSync } from 'node:fs';

const [name] = process.argv.slice(2);
const list = 'src/pages.js';

writeFileSync(`src/${name}.js`, `export const title = '${name}';\nexport const render = () => \`<h1>\${title}</h1>\`;\n`);
const line = `  ${name}: () => import('./${name}.js'),\n`;
writeFileSync(list, readFileSync(list, 'utf8').replace(/\};\n$/, `${line}};\n`));
console.log(`added src/${name}.js`);
