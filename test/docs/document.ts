/**
 * Runs a document: each of its blocks becomes a test, all in one temporary project, in the order of the text.
 *
 * The project is a git repository with a checkout's examples, ptask installed, and npm scripts that do next to nothing: see
 * `makeProject`. Everything in it is committed.
 * `PTASK_UPDATE_DOCS=1` writes what the commands print now into the console blocks that have no `…` in them.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { type Block, blocksOf, commandsOf, difference, exchangesOf, masked } from './blocks.ts';
import { pipelineOf } from './pipelines.ts';

const schema = JSON.parse(
  readFileSync(join(repositoryRoot, 'schema/parallel.config.schema.json'), 'utf8'),
) as { properties: Record<string, unknown> };

/**
 * Declares the tests of a document, by its path in the repository.
 *
 * @param make where its blocks run
 */
export function testDocument(path: string, make: () => Promise<string> = makeProject): void {
  const source = join(repositoryRoot, path);
  const blocks = blocksOf(readFileSync(source, 'utf8'));
  const test = suite(path);
  let made: Promise<string> | undefined;
  const project = (): Promise<string> => {
    made ??= make();
    return made;
  };
  if (blocks.length === 0) test('has no blocks', () => {});
  for (const block of blocks) {
    const { language, line, directives } = block;
    const { notRun, file } = directives;
    if (notRun !== undefined && file === undefined) continue;
    test(`line ${line}, ${language}`, { timeout: Math.max(60_000, 30_000 * countOf(block)) }, async () => {
      const dir = await project();
      if (file !== undefined) write(dir, { [file]: block.text });
      if (notRun === undefined) await runBlock(dir, block, source);
    });
  }
  test('every block is closed and its directives are known', () => {
    assert.ok(blocks.every(({ language }) => language !== ''));
  });
}

/** How many commands a block runs. */
const countOf = ({ language, text }: Block): number =>
  language === 'sh'
    ? commandsOf(text).length
    : text.split('\n').filter((line) => line.startsWith('$ ')).length;

async function runBlock(dir: string, block: Block, source: string): Promise<void> {
  const { language, text, directives } = block;
  if (directives.pipeline !== undefined) return runPipeline(dir, directives.pipeline, text);
  if (language === 'yaml') return checkConfig(dir, block);
  if (language === 'json') return void JSON.parse(text);
  // A file of the project is there for what comes after it.
  if (directives.file !== undefined) return;
  if (language === 'sh') return runCommands(dir, commandsOf(text), directives.exits);
  if (language === 'console') return runConsole(dir, block, source);
  if (language === 'ts') return runTypeScript(dir, text);
  if (language === 'js') return runCommonJs(dir, text);
  throw new Error(`a block of ${language || 'nothing'} has to say "not run", and why`);
}

/** Its form is checked, and its ptask commands are run: the rest, such as a checkout, is the service's. */
async function runPipeline(dir: string, service: string, text: string): Promise<void> {
  const { commands, env } = pipelineOf(service, text);
  for (const command of commands) {
    const { code, output } = await shell(dir, command, env);
    if (code !== 0) throw new Error(`$ ${command}\n→ code ${code}\n${output}`);
  }
}

async function checkConfig(dir: string, { text, directives }: Block): Promise<void> {
  const written = (parse(text) ?? {}) as Record<string, unknown>;
  const isConfig = Object.keys(written).every((key) => key in schema.properties);
  const sample = { sample: { run: 'true' } };
  let config = JSON.stringify({ ...written, tasks: written.tasks ?? sample });
  if (directives.ofATask) config = JSON.stringify({ tasks: { sample: { run: 'true', ...written } } });
  else if (!isConfig) throw new Error(`no config has the keys ${Object.keys(written).join(', ')}`);
  // As it stands, where it is whole: the text may have a mistake that its parsed form has not.
  else if (written.tasks !== undefined) config = text;
  const file = directives.file ?? 'block.config.yaml';
  write(dir, { [file]: config });
  await runCommands(dir, [`ptask check --config ${file}`], 0);
  if (directives.file === undefined) rmSync(join(dir, file));
}

async function runCommands(dir: string, commands: string[], exits: number): Promise<void> {
  assert.ok(commands.length > 0, 'there is no command in the block');
  for (const [index, command] of commands.entries()) {
    const { code, output } = await shell(dir, command);
    const expected = index === commands.length - 1 ? exits : 0;
    if (code !== expected) throw new Error(`$ ${command}\n→ code ${code}, not ${expected}\n${output}`);
  }
}

async function runConsole(dir: string, block: Block, source: string): Promise<void> {
  const { text, directives } = block;
  const exchanges = exchangesOf(text);
  const actual = [];
  for (const { command } of exchanges) actual.push({ command, ...(await shell(dir, command)) });
  const last = actual.at(-1);
  if (last?.code !== directives.exits)
    throw new Error(`$ ${last?.command}\n→ code ${last?.code}, not ${directives.exits}\n${last?.output}`);
  let updated = '';
  for (const [index, { command, output }] of exchanges.entries()) {
    const printed = actual[index]?.output ?? '';
    const problem = difference(output, printed, directives.anyOrder ?? false);
    const isWritten = problem !== undefined && process.env.PTASK_UPDATE_DOCS && !/^…$/m.test(output);
    if (problem !== undefined && !isWritten)
      throw new Error(`$ ${command}\n${problem}\n--- it printed\n${printed}--- the document says\n${output}`);
    updated += `$ ${command}\n${isWritten ? printed.replace(/\n+$/, '\n') : output}`;
  }
  if (process.env.PTASK_UPDATE_DOCS && masked(updated) !== masked(text)) replaceBlock(source, text, updated);
}

/** The first such block, since those before it in the text have been run and written before. */
function replaceBlock(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8');
  const block = (lines: string): string => `\`\`\`console\n${lines}\`\`\``;
  if (!text.includes(block(before))) throw new Error(`cannot find in ${file}:\n${before}`);
  writeFileSync(
    file,
    text.replace(block(before), () => block(after)),
  );
}

async function runTypeScript(dir: string, text: string): Promise<void> {
  write(dir, { 'block.mts': text, 'tsconfig.json': JSON.stringify(typeCheck) });
  const tsc = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  const options = { cwd: dir, env: hermeticEnv(), extendEnv: false, all: true, reject: false } as const;
  const checked = await execa(process.execPath, [tsc, '-p', 'tsconfig.json'], options);
  assert.is(checked.exitCode, 0, checked.all);
  const ran = await execa(process.execPath, ['--import', import.meta.resolve('tsx'), 'block.mts'], options);
  assert.is(ran.exitCode, 0, ran.all);
}

async function runCommonJs(dir: string, text: string): Promise<void> {
  write(dir, { 'block.cjs': text });
  await runCommands(dir, ['node block.cjs'], 0);
}

const typeCheck = {
  compilerOptions: {
    ...{ target: 'ES2023', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true },
    ...{ types: ['node'], typeRoots: [join(repositoryRoot, 'node_modules/@types')] },
  },
  files: ['block.mts'],
};

/** A command for the shell; both its streams as they came. */
async function shell(
  dir: string,
  command: string,
  extra: Record<string, string> = {},
): Promise<{ code: number | undefined; output: string }> {
  const env = hermeticEnv({ npm_config_update_notifier: 'false', npm_config_offline: 'true', ...extra });
  env.PATH = [join(dir, 'node_modules/.bin'), env.PATH].join(delimiter);
  const ended = await execa('/bin/sh', ['-c', `exec 2>&1; ${command}`], {
    cwd: dir,
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    timeout: 50_000,
  });
  return { code: ended.exitCode, output: ended.stdout ?? '' };
}

/** What the documents speak of: a repository with ptask, sources, npm scripts and the examples. */
export async function makeProject(): Promise<string> {
  // In a folder of its own: worktrees are made beside it.
  const dir = join(tempDir(), 'sample');
  mkdirSync(dir);
  const script = (text: string) => `node -e "${text}"`;
  write(dir, {
    '.gitignore': readFileSync(join(repositoryRoot, '.gitignore')),
    'package.json': JSON.stringify({
      name: 'sample',
      private: true,
      type: 'module',
      scripts: {
        generate: `node scripts/generate.js`,
        types: script("require('node:fs').readFileSync('src/generated/client.js')"),
        lint: script("console.log('0 problems')"),
        test: 'node --test',
        'sort-imports': `node scripts/codemod.js imports`,
        'add-headers': `node scripts/codemod.js headers`,
      },
    }),
    'schema/orders.json': '{ "order": ["id", "total"] }\n',
    'src/orders.js': 'export const orders = [];\n',
    // One writes the first line of a file and the other the last: what git can merge.
    'scripts/codemod.js':
      "import { readFileSync, writeFileSync } from 'node:fs';\nconst text = readFileSync('src/orders.js', 'utf8');\nwriteFileSync('src/orders.js', process.argv[2] === 'headers' ? '// MIT\\n' + text : text + '// sorted\\n');\n",
    'test/orders.test.js':
      "import { test } from 'node:test';\nimport '../src/generated/client.js';\ntest('orders', () => {});\n",
    'scripts/generate.js':
      "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('src/generated', { recursive: true });\nwriteFileSync('src/generated/client.js', 'export {};\\n');\n",
  });
  install(dir);
  cpSync(join(repositoryRoot, 'examples'), join(dir, 'examples'), {
    recursive: true,
    filter: (from) =>
      !/[\\/](?:\.ptask|dist|held|generated)(?:[\\/]|$)/.test(from.slice(repositoryRoot.length)),
  });
  const { commit } = await repo({ dir, unborn: true });
  await commit({}, 'first');
  return dir;
}

/** An empty folder but for ptask, as a tutorial begins. */
export function makeEmptyProject(): Promise<string> {
  const dir = join(tempDir(), 'shop');
  mkdirSync(dir);
  install(dir);
  return Promise.resolve(dir);
}

/** ptask in `node_modules`, as npm would put it there. */
export function install(dir: string): void {
  mkdirSync(join(dir, 'node_modules/.bin'), { recursive: true });
  symlinkSync(repositoryRoot, join(dir, 'node_modules/ptask'), 'dir');
  symlinkSync('../ptask/bin/ptask.cjs', join(dir, 'node_modules/.bin/ptask'));
}
