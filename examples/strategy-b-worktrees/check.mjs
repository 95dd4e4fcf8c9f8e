// Every page that is listed can be loaded and rendered.
import { pages } from './src/pages.js';

for (const [name, load] of Object.entries(pages)) {
  const { render } = await load();
  if (!render().startsWith('<h1>')) throw new Error(`${name} renders nothing`);
}
console.log(`${Object.keys(pages).length} pages`);
