// A small agent that needs no network: reads its prompt, does the three things that it knows how to do, and tells of it.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const prompt = readFileSync(0, 'utf8');
const section = (title) => prompt.split(`\n## ${title}\n\n`)[1]?.split('\n\n## ')[0] ?? '';
const { PTASK_LOG, PTASK_OUTPUT } = process.env;
const log = (line) => appendFileSync(PTASK_LOG, `${line}\n`);
const write = (path, text, what) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  log(`file ${path}: ${what}`);
};

const orders = section('Description');
if (process.env.PTASK_ATTEMPT === '1') log(`understanding: ${orders.split('\n')[0]}`);

for (const [, path, call] of orders.matchAll(/Write (\S+) with a function (\w+\(\w+\))/g)) {
  const [name, argument] = call.split(/[()]/);
  // It forgets what every function is for until its reviewer says so.
  const said = section('The Last Attempt').includes('says nothing of what it is for');
  const comment = said ? `/** The ${argument} in words. */\n` : '';
  if (said) log('issue[low]: the function had no comment => it has one now');
  write(
    path,
    `${comment}export const ${name} = (${argument}) => String(${argument});\n`,
    `the function ${name}`,
  );
  appendFileSync(PTASK_OUTPUT, `function=${call}\nfile=${path}\n`);
  log(`handoff: ${name} takes any value.`);
}

for (const [, name] of orders.matchAll(/Add "(\w+)" to src\/index\.mjs/g)) {
  const before = readFileSync('src/index.mjs', 'utf8');
  const line = `export * from './${name}.mjs';\n`;
  if (!before.includes(line)) write('src/index.mjs', `${before}${line}`, `exports ${name}`);
}

for (const [, path] of orders.matchAll(/Write (\S+) about what was handed over/g))
  write(path, `# Guide\n\n${section('Handed Over').replaceAll('### From', '## From')}\n`, 'the guide');

console.log('Status: Complete');
