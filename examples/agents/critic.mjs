// Reviews what an agent has done: looks at the files that its prompt lists, and answers as its prompt asks.
import { existsSync, readFileSync } from 'node:fs';

const prompt = readFileSync(0, 'utf8');
const files = [...prompt.matchAll(/^- (src\/\S+) \((?:created|modified)\)/gm)].map(([, path]) => path);
const findings = files.filter(existsSync).flatMap((path) => {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    const [, name] = /^export const (\w+)/.exec(line) ?? [];
    if (name === undefined || lines[at - 1]?.startsWith('/**')) return [];
    return [`${path}:${at + 1}: ${name} says nothing of what it is for`];
  });
});
console.log([...findings, findings.length > 0 ? 'needs fixes' : 'approved'].join('\n'));
