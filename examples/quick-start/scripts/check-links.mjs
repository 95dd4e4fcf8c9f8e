import { existsSync, readdirSync, readFileSync } from 'node:fs';

const pages = readdirSync('dist/pages');
const dead = pages.flatMap((file) =>
  [...readFileSync(`dist/pages/${file}`, 'utf8').matchAll(/href="([^"]+)"/g)]
    .map(([, target]) => target)
    .filter((target) => !existsSync(`dist/pages/${target}`))
    .map((target) => `${file} links to ${target}, which is not there`),
);
for (const problem of dead) console.error(problem);
console.log(`${pages.length} pages, ${dead.length} dead links`);
process.exitCode = dead.length > 0 ? 1 : 0;
