import { readFileSync, writeFileSync } from 'node:fs';

const edit = (path, from, to) => writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to));

const changes = {
  rename() {
    edit('src/cart.js', 'const total', 'const sumOf');
    edit('src/shop.js', 'total', 'sumOf');
  },
  discount: () => edit('src/prices.js', 'tea: 250', 'tea: 200'),
  receipt: () =>
    writeFileSync(
      'src/receipt.js',
      `import { total } from './cart.js';\n\nexport const receipt = (items) => 'to pay: ' + total(items);\n`,
    ),
  motto: () => writeFileSync('src/motto.js', "export const motto = 'Tea is for everybody';\n"),
};

changes[process.argv[2]]();
