import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';

const { CURRENCY = 'USD' } = process.env;

const parts = {
  bundle() {
    const sources = readdirSync('src')
      .sort()
      .map((name) => readFileSync(`src/${name}`, 'utf8'));
    return ['dist/app.js', sources.join('').replace(/^\/\/.*\n/gm, '')];
  },
  size: () => ['dist/size.txt', `${statSync('dist/app.js').size} bytes\n`],
  prices() {
    const prices = Object.entries(JSON.parse(readFileSync('data/prices.json', 'utf8')));
    return ['dist/prices.txt', prices.map(([name, price]) => `${name} ${price} ${CURRENCY}\n`).join('')];
  },
};

const [file, text] = parts[process.argv[2]]();
mkdirSync('dist', { recursive: true });
writeFileSync(file, text);
console.log(`wrote ${file}`);
