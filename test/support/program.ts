// A program of the rig as one piece of JavaScript: tsx would take half a second to start it, each time.

import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { repositoryRoot } from './env.ts';
import { tempDir } from './tmp.ts';

/**
 * Bundles it into a folder that goes when the test file ends. To be made by the user that is to run it.
 *
 * @param source below `test/`
 * @param format `cjs` where something is preloaded that changes node's own modules
 */
export async function program(source: string, format: 'cjs' | 'esm' = 'esm'): Promise<string> {
  const file = join(tempDir(), format === 'cjs' ? 'program.cjs' : 'program.mjs');
  const input = join(repositoryRoot, 'test', source);
  const build = await rolldown({ cwd: repositoryRoot, input, platform: 'node', logLevel: 'warn' });
  await build.write({ file, format, minify: format === 'cjs', codeSplitting: false });
  await build.close();
  return file;
}
