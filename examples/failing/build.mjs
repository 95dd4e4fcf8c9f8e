import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const prices = () => JSON.parse(readFileSync('data/prices.json', 'utf8'));
const steps = {
  prices() {
    const wrong = Object.entries(prices()).filter(([, price]) => typeof price !== 'number');
    for (const [name, price] of wrong) {
      console.error(`data/prices.json: the price of ${name} is ${JSON.stringify(price)}, not a number`);
    }
    if (wrong.length > 0) process.exit(1);
    writeFileSync('dist/prices.txt', `${Object.entries(prices()).join('\n')}\n`);
  },
  catalogue: () => writeFileSync('dist/catalogue.txt', readFileSync('dist/prices.txt', 'utf8')),
  docs: () =>
    writeFileSync(
      'dist/docs.md',
      Object.keys(prices())
        .map((name) => `- ${name}\n`)
        .join(''),
    ),
};

mkdirSync('dist', { recursive: true });
steps[process.argv[2]]();
