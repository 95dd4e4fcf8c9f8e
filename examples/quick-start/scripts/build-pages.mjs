import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { page } from '../src/page.js';

const feed = JSON.parse(readFileSync('dist/feed.json', 'utf8'));
mkdirSync('dist/pages', { recursive: true });
for (const [index, post] of feed.entries()) {
  writeFileSync(`dist/pages/${post.slug}.html`, page(post, feed[index - 1]));
}
console.log(`dist/pages: ${feed.length} pages`);
