// Adds a package to packages.lock, whose lines are in order, and a line for it to CHANGELOG.md.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

const [name, version] = process.argv.slice(2);
const lines = readFileSync('packages.lock', 'utf8').trimEnd().split('\n');

writeFileSync('packages.lock', `${[...lines, `${name} ${version}`].sort().join('\n')}\n`);
appendFileSync('CHANGELOG.md', `- Added ${name}.\n`);
