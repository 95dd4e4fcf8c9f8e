// Loads every file of src, or looks at the prices alone.
import { readdirSync } from 'node:fs';

const files = process.argv[2] === 'prices' ? ['prices.js'] : readdirSync('src').sort();
for (const file of files) {
  try {
    const { prices = {} } = await import(`./src/${file}`);
    for (const [name, cents] of Object.entries(prices))
      if (!Number.isInteger(cents)) throw new Error(`the price of ${name} is ${cents}`);
  } catch (error) {
    console.error(`src/${file}: ${error.message}`);
    process.exitCode = 1;
  }
}
