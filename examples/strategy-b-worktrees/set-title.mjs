// Gives the home page another title.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [title] = process.argv.slice(2);
const file = 'src/home.js';

// The time that such a change takes in earnest.
await sleep(1000);
writeFileSync(file, readFileSync(file, 'utf8').replace(/title = '.*'/, `title = '${title}'`));
console.log(`the title is '${title}'`);
