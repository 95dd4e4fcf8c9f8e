// Bundles the command and the library with all that they stand on. A bundle of few, small files is what makes ptask
// start quickly: loading its libraries one module at a time takes four times as long. CommonJS for the command, since
// Node reads it faster than ES modules.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { keepLastChunks } from './last-chunks.mjs';
import { licences } from './licences.mjs';
import { digestOfSources, writeBuiltFrom } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);

// Built beside it and swapped in at the end: a ptask, or a test, that is running meanwhile still finds its files.
const next = `dist.${process.pid}.next`;
const last = `dist.${process.pid}.last`;
process.on('exit', () => {
  // Between the two renames there is no dist; the last one is better than none.
  if (!existsSync(at('dist')) && existsSync(at(last))) renameSync(at(last), at('dist'));
  for (const folder of [next, last]) rmSync(at(folder), { recursive: true, force: true });
});
for (const [signal, number] of [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
])
  process.on(signal, () => process.exit(128 + number));

/** What a build that was killed has left. */
for (const name of readdirSync(root)) {
  const pid = /^dist\.(\d+)\.(?:next|last)$/.exec(name)?.[1];
  if (pid !== undefined && !isAlive(Number(pid))) rmSync(at(name), { recursive: true, force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

// Before anything is read: who edits meanwhile has it built again.
const sources = digestOfSources(root);
const modules = new Set();

mkdirSync(at(next));
const typed = promisify(execFile)(process.execPath, [at('scripts/declarations.mjs'), at(next)], {
  cwd: root,
});
process.on('exit', () => typed.child.kill());
// It is waited for below.
typed.catch(() => {});

/** One byte a character is what V8 reads quickest. */
const ascii = (code) =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * What is loaded together is one file, since of many small ones each takes its time: what every command loads, what a plan
 * loads beside that, and what a run loads beside both. By module, in which of them it is.
 */
const together = new Map();
const findTogether = {
  name: 'together',
  buildEnd() {
    const closure = (entry) => {
      const found = new Set([entry]);
      for (const id of found) for (const next of this.getModuleInfo(id)?.importedIds ?? []) found.add(next);
      return found;
    };
    const main = at('src/cli/main.ts');
    const entries = {
      // What most commands begin with, and how a hook finds out that there is nothing to do.
      always: [main, at('src/cli/session.ts'), at('src/cli/commands/run.ts')],
      plan: [at('src/config/open.ts'), at('src/cli/commands/plan.ts')],
      run: [at('src/cli/run-tasks.ts')],
    };
    for (const [name, each] of Object.entries(entries))
      for (const id of each.flatMap((entry) => [...closure(entry)]))
        if (id !== main && !together.has(id)) together.set(id, name);
  },
};

/**
 * Modules of Node that take milliseconds to load, of which we only ever call functions: each is loaded with the first call.
 * An import of anything else from them fails here.
 */
const WHEN_CALLED = new Set(
  ['child_process', 'crypto', 'fs/promises', 'readline', 'timers/promises', 'zlib'].map((id) => `node:${id}`),
);
const whenCalled = {
  name: 'when-called',
  resolveId(id, importer = '') {
    // commander would start programs for commands that are programs, of which we have none.
    const isOurs = importer.startsWith(at('src/')) || /[\\/]node_modules[\\/]commander[\\/]/.test(importer);
    return WHEN_CALLED.has(id) && isOurs ? `when-called:${id}` : undefined;
  },
  load(id) {
    const name = /^when-called:(.*)/.exec(id)?.[1];
    if (name === undefined) return undefined;
    const functions = Object.entries(process.getBuiltinModule(name)).filter(
      ([key, value]) => typeof value === 'function' && /^[a-z]/.test(key),
    );
    const wrapped = functions.map(
      ([key]) => `export const ${key} = (...given) => loaded().${key}(...given);`,
    );
    return `const loaded = () => process.getBuiltinModule('${name}');\n${wrapped.join('\n')}`;
  },
};

async function bundle() {
  const build = await rolldown({
    plugins: [findTogether, whenCalled],
    input: {
      cli: at('src/cli/main.ts'),
      index: at('src/index.ts'),
      // What sweeps a store of results in the background.
      sweep: at('src/cache/sweep-program.ts'),
      // What Node programs load first that `ptask learn` watches.
      'node-preload': at('src/run/tracing/node-preload.cjs'),
    },
    platform: 'node',
    // What cosmiconfig would load for configs that are code, or without a loader of ours; nothing ever asks for it.
    external: ['typescript', 'import-fresh', 'js-yaml', 'parse-json'],
    resolve: { mainFields: ['module', 'main'] },
    logLevel: 'warn',
  });
  const { output } = await build.write({
    dir: at(next),
    format: 'cjs',
    minify: true,
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    codeSplitting: {
      groups: ['always', 'plan', 'run'].map((name) => ({ name, test: (id) => together.get(id) === name })),
    },
  });
  await build.close();
  return output;
}

// What writes into the folder meanwhile is over before it is removed, should this fail.
const output = await bundle().catch(async (error) => {
  await typed.catch(() => {});
  throw error;
});
for (const file of output) {
  for (const id of Object.keys(file.modules ?? {})) modules.add(id);
  if (file.type === 'chunk') writeFileSync(at(`${next}/${file.fileName}`), ascii(file.code));
}
// For whoever imports it: the same modules, so that there are no two of each.
const names = output.find(({ fileName }) => fileName === 'index.cjs').exports;
writeFileSync(
  at(`${next}/index.mjs`),
  `import api from './index.cjs';\nexport const { ${names.join(', ')} } = api;\n`,
);

writeFileSync(at(`${next}/THIRD-PARTY-LICENSES.txt`), licences(modules));
const { stdout } = await typed.catch((error) => {
  throw new Error(`no declarations: ${error.stdout}${error.stderr}`);
});
if (stdout !== '') process.stdout.write(stdout);

writeBuiltFrom(root, at(next), sources);
if (process.env.PTASK_RUN_ID !== undefined) keepLastChunks(at('dist'), at(next));
if (existsSync(at('dist'))) renameSync(at('dist'), at(last));
renameSync(at(next), at('dist'));
rmSync(at(last), { recursive: true, force: true });
