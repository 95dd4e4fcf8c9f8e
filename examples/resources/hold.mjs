// Holds a resource for a moment, and fails when somebody else holds it who should not.
// node hold.mjs <resource> <read | write | how many may hold it>
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [resource, use] = process.argv.slice(2);
const own = `held/${resource}.${process.env.PTASK_TASK}`;

/** How the others use it at this moment. */
function others() {
  const files = readdirSync('held').map((name) => `held/${name}`);
  return files
    .filter((file) => file.startsWith(`held/${resource}.`) && file !== own)
    .map((file) => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return 'gone';
      }
    })
    .filter((held) => held !== 'gone');
}

function isAllowed(held) {
  if (use === 'write') return held.length === 0;
  if (use === 'read') return !held.includes('write');
  return held.length < Number(use);
}

mkdirSync('held', { recursive: true });
writeFileSync(own, use);
for (let look = 0; look < 10; look++) {
  const held = others();
  if (!isAllowed(held)) {
    console.error(`${resource} is in use: ${held.join(', ')}`);
    process.exitCode = 1;
  }
  await sleep(50);
}
rmSync(own);
console.log(`${resource} (${use}) given back`);
