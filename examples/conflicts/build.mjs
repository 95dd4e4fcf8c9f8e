import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const read = (file) => readFileSync(file, 'utf8');
const steps = {
  bundle: () =>
    writeFileSync(
      'dist/app.js',
      readdirSync('src')
        .sort()
        .map((file) => read(`src/${file}`))
        .join(''),
    ),
  banner: () => writeFileSync('dist/app.js', `// ${read('LICENCE.txt').trim()}\n${read('dist/app.js')}`),
  assets: () => cpSync('public', 'dist', { recursive: true }),
  icons: () => writeFileSync('dist/icons/dot.svg', '<svg><circle r="1" /></svg>\n'),
};

mkdirSync('dist/icons', { recursive: true });
steps[process.argv[2]]();
console.log(`${process.argv[2]} done`);
