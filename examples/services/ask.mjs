// Asks the server for a page, and fails where it has something else on it than what is expected.
import { readFileSync } from 'node:fs';

const [, , page, expected] = process.argv;
const answer = await fetch(`http://127.0.0.1:${readFileSync('ports/api', 'utf8')}${page}`);
const text = await answer.text();
console.log(`${page}: ${text}`);
if (expected !== undefined && text !== expected) process.exitCode = 1;
