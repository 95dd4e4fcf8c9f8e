import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { documentsOf } from './markdown.mjs';
import { ASSETS, addressOf, documents, pageOf, root, sidebar, slugify } from './pages.mjs';

const pages = new Set(documents());

/** Pages lie outside of this folder, where nothing is installed: what they import is resolved from here. */
const fromHere = {
  name: 'from-here',
  enforce: 'pre',
  resolveId(id, importer, options) {
    if (!/^vue(?:\/|$)/.test(id) || importer === undefined || importer.includes('node_modules')) return null;
    return this.resolve(id, join(root, 'site/package.json'), { ...options, skipSelf: true });
  },
};

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 4h12M2 8h7M2 12h10" stroke="#2a6fdb" stroke-width="2.5" stroke-linecap="round"/></svg>`;

export default defineConfig({
  title: 'ptask',
  description: 'Run the tasks of a repository with as much parallelism as is safe.',
  lang: 'en-US',
  srcDir: root,
  outDir: join(root, 'site/dist'),
  // Documents are where GitHub and the package have them; nothing else of the repository is a page.
  srcExclude: [
    '**/{src,test,dist,.ptask}/**',
    'bench/peers/**',
    'site/**',
    'examples/*/*/**',
    'examples/*/CHANGE*.md',
  ],
  rewrites: (file) => (pages.has(file) ? pageOf(file) : file),
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  markdown: {
    anchor: { slugify },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: documentsOf,
    languageAlias: { mjs: 'js' },
  },
  vite: { plugins: [fromHere] },
  themeConfig: {
    nav: [
      { text: 'Tutorial', link: addressOf('docs/tutorial.md') },
      { text: 'Config', link: addressOf('docs/config.md') },
      { text: 'Commands', link: addressOf('docs/commands.md') },
      { text: 'Errors', link: addressOf('docs/faq.md') },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
  },
  buildEnd({ outDir }) {
    for (const [from, to] of Object.entries(ASSETS))
      cpSync(join(root, from), join(outDir, to), { recursive: true });
  },
});
