// The least that could run tasks: an eager scheduler over child_process.spawn and nothing else. Reads from the file named
// {concurrency, shell, tasks: [{command, needs}]}, `needs` by index, and prints how many milliseconds the tasks took.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { concurrency, shell, tasks } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const before = tasks.map(({ needs }) => needs.length);
const after = tasks.map(() => []);
for (const [index, { needs }] of tasks.entries()) for (const need of needs) after[need].push(index);
const ready = tasks.flatMap((_, index) => (before[index] === 0 ? [index] : []));
const begin = performance.now();
let running = 0;
let next = 0;

function advance() {
  while (running < concurrency && next < ready.length) start(ready[next++]);
  if (running === 0) console.log(performance.now() - begin);
}

function start(index) {
  const { command } = tasks[index];
  const [file, ...args] = shell ? ['/bin/sh', '-c', command] : command.split(' ');
  running++;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.resume();
  child.stderr.resume();
  child.on('close', (code) => {
    if (code !== 0) throw new Error(`${command} ended with ${code}`);
    running--;
    for (const later of after[index]) if (--before[later] === 0) ready.push(later);
    advance();
  });
}

advance();
