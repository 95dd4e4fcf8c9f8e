// A proposed config in the style of the repository's own formatter: else the first run of what checks formats fails because of it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The one formatter in common use that knows YAML. */
const PRETTIER = 'node_modules/.bin/prettier';
const PATIENCE_MS = 15_000;

/** The text as it is where nothing formats it, or where that fails. */
export async function formatProposal(
  text: string,
  { path, root }: { path: string; root: string },
): Promise<string> {
  const program = join(root, PRETTIER);
  if (!existsSync(program)) return text;
  const { execa } = await import('execa');
  const { stdout, failed } = await execa(program, ['--stdin-filepath', path], {
    cwd: root,
    input: text,
    reject: false,
    stripFinalNewline: false,
    timeout: PATIENCE_MS,
  });
  return failed || stdout.trim() === '' ? text : stdout;
}
