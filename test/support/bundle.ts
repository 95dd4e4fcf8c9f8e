/**
 * Test files as JavaScript, made once for a whole run: each of 200 processes would else spend half a second on reading
 * and stripping the same sources.
 *
 * What files share is in chunks that several of them load, so each process still has no more than its own file needs.
 * Packages are left out and loaded as ever, and a module that asks where it is is told where its source is.
 */
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { repositoryRoot } from './env.ts';

export type Bundle = {
  /** What node is called with to run the file, which is one of those that the bundle was made of. */
  argsFor: (file: string) => string[];
  remove: () => void;
};

/** Asked for by `define` below, which knows expressions from text. On the first line, so that all lines stay where they are. */
const whereSourcesAre: Plugin = {
  name: 'where sources are',
  transform: {
    filter: { code: /import\.meta\.(url|dirname)\b/, id: /\.(?:ts|mjs)$/ },
    handler: (code, id) => {
      const at = JSON.stringify({ url: pathToFileURL(id).href, dirname: dirname(id) });
      return { code: `const $source = ${at}; ${code}`, map: null };
    },
  },
};

/** `files` absolute. Throws where one of them, or what one imports, cannot be read as TypeScript. */
export async function bundle(files: readonly string[]): Promise<Bundle> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'pt-js-')));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  try {
    symlinkSync(join(repositoryRoot, 'node_modules'), join(dir, 'node_modules'));
    const build = await rolldown({
      cwd: repositoryRoot,
      input: Object.fromEntries(files.map((file, at) => [String(at), file])),
      platform: 'node',
      // What comes from the compiler itself is no package.
      external: /^(?!@oxc-project\/)[a-z@]/,
      logLevel: 'silent',
      transform: { define: { 'import.meta.url': '$source.url', 'import.meta.dirname': '$source.dirname' } },
      plugins: [whereSourcesAre],
    });
    await build.write({ dir, entryFileNames: '[name].mjs', chunkFileNames: '[hash].mjs', sourcemap: true });
    await build.close();
  } catch (error) {
    remove();
    throw error;
  }
  const made = new Map(files.map((file, at) => [file, join(dir, `${at}.mjs`)]));
  return { argsFor: (file) => ['--enable-source-maps', made.get(file) as string], remove };
}
