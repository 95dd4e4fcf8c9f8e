// Gives the home page another title.
import { readFileSync, writeFileSync } from 'node:fs';

const [title] = process.argv.slice(2);
const file = 'src/home.js';

writeFileSync(file, readFileSync(file, 'utf8').replace(/title = '.*'/, `title = '${title}'`));
console.log(`the title is "${title}"`);
