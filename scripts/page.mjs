// The script and the style of the report's page as a module: the page is one file, and so is the command that writes it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const source = fileURLToPath(new URL('../src/html/page', import.meta.url));

async function script() {
  const build = await rolldown({ input: `${source}/main.ts`, platform: 'browser', logLevel: 'warn' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  const foreign = Object.keys(output[0].modules).filter((id) => id.includes('node_modules'));
  if (foreign.length > 0) throw new Error(`the page would need the licence of ${foreign.join(', ')}`);
  return output[0].code.trim();
}

/** Comments and indents are for those who edit it. */
const style = () =>
  ['drawn.css', 'page.css']
    .map((file) => readFileSync(`${source}/${file}`, 'utf8'))
    .join('')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s*\n\s*/g, '\n')
    .trim();

/** The text of the module. */
export async function reportPage() {
  const constants = { PAGE_SCRIPT: await script(), PAGE_STYLE: style() };
  for (const [name, text] of Object.entries(constants))
    if (/<\/(?:script|style)|<!--/i.test(text))
      throw new Error(`${name} would end the element that it stands in`);
  return [
    '// Made from src/html/page by scripts/page.mjs.',
    ...Object.entries(constants).map(
      ([name, value]) => `export const ${name}: string =\n  ${JSON.stringify(value)};`,
    ),
    '',
  ].join('\n');
}
