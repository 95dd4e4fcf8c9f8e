// The types of the API in one file, without anything that is not reachable from it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('..', import.meta.url));

/** By itself, since the build has other work meanwhile: `node scripts/declarations.mjs <dist>`. */
const [dist] = process.argv.slice(2);
declarations(dist);

/** @param {string} dist the folder that gets `index.d.cts` and `index.d.mts` */
function declarations(dist) {
  const types = mkdtempSync(join(dist, 'types-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--outDir', types], {
      cwd: root,
      stdio: 'inherit',
    });
    rollUp(types, join(dist, 'index.d.cts'));
  } finally {
    rmSync(types, { recursive: true, force: true });
  }
  // For TypeScript a declaration is of the kind of the module beside it.
  writeFileSync(join(dist, 'index.d.mts'), "export * from './index.cjs';\n");
}

function rollUp(types, file) {
  const entry = join(types, 'index.d.ts');
  const silent = { default: { logLevel: 'none' } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      compiler: {
        overrideTsconfig: {
          // DOM has the AbortSignal that every platform has.
          compilerOptions: {
            module: 'nodenext',
            strict: true,
            types: [],
            lib: ['ES2023', 'DOM'],
            skipLibCheck: true,
          },
          files: [entry],
        },
      },
      apiReport: { enabled: false, reportFileName: 'unused' },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: file },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
  });
  const problems = [];
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      if (message.logLevel === 'error') problems.push(message.text);
      message.handled = true;
    },
  });
  if (!succeeded) throw new Error(`no declarations: ${problems.join('; ')}`);
}
