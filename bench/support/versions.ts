// Which version of a tool it is that was measured.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from '../tools/find.ts';
import type { Tool } from '../tools/tool.ts';
import { environment } from './run.ts';

/** As its package says, else as the tool itself says first. */
export function versionOf(tool: Tool): string | null {
  const found = tool.find() ?? [];
  const [file, ...first] = found;
  if (tool.peer && found.some((part) => part.startsWith(installed))) {
    const described = JSON.parse(readFileSync(join(installed, tool.peer, 'package.json'), 'utf8'));
    return (described as { version: string }).version;
  }
  if (file === undefined || tool.version === undefined) return null;
  const said = execFileSync(file, [...first, ...tool.version], {
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /\d+\.\d+(?:\.[\w.-]+)?/.exec(said)?.[0] ?? null;
}
