import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { slug } from '../src/slug.js';

const posts = JSON.parse(readFileSync('data/posts.json', 'utf8'));
const feed = posts.map((post) => ({ ...post, slug: slug(post.title) }));
mkdirSync('dist', { recursive: true });
writeFileSync('dist/feed.json', `${JSON.stringify(feed, undefined, 2)}\n`);
console.log(`dist/feed.json: ${feed.length} posts`);
