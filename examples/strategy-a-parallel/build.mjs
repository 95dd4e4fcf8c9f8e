// Joins the sources of the package it is started in into one file.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const sources = readdirSync('src').sort();
mkdirSync('dist', { recursive: true });
writeFileSync('dist/index.js', sources.map((file) => readFileSync(`src/${file}`, 'utf8')).join(''));
console.log(`dist/index.js: ${sources.length} files`);
