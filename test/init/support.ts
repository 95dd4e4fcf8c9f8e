// Repositories for a config to be proposed for: files that say what is run, and tools that do next to nothing.

import { draftYaml } from '../../src/init/draft-yaml.ts';
import { migrateFrom, proposeConfig } from '../../src/init/propose.ts';
import type { NxAnswer } from '../../src/init/read/nx-answer.ts';
import { tempDir, type Written, write } from '../support/tmp.ts';

/** JSON for objects, text as it is. */
export type Files = Record<string, string | object>;

export const written = (files: Files): Record<string, Written> =>
  Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`,
    ]),
  );

export function folderWith(files: Files): string {
  const dir = tempDir();
  write(dir, written(files));
  return dir;
}

export interface Proposed {
  /** The config without its heading. */
  yaml: string;
  notes: string[];
}

/** What is proposed for a repository, by all that it says or by one tool. Throws where nothing is. @param nx what nx has said */
export function proposed(files: Files, tool?: string, nx?: NxAnswer): Proposed {
  const dir = folderWith(files);
  const draft = tool === undefined ? proposeConfig(dir) : migrateFrom(dir, tool, nx);
  if (!draft.ok) throw new Error(JSON.stringify(draft.diagnostics, undefined, 2));
  const text = draftYaml(draft.value, 'ptask init');
  return { yaml: text.slice(text.indexOf('\ncache:') + 1), notes: draft.value.notes };
}

/** Text without the indentation that it has in a test. */
export function text(indented: string): string {
  const lines = indented.replace(/^\n/, '').replace(/\n *$/, '\n').split('\n');
  const least = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(least)).join('\n');
}

/** A program of `node_modules/.bin` that runs this code: `out(path, text)` writes a file, `read(path)` reads one. */
export const program = (code: string): Written => ({
  content: `#!/usr/bin/env node
const fs = require('node:fs');
const path = require('node:path');
const out = (file, text) => { fs.mkdirSync(path.dirname(file), { recursive: true }); fs.writeFileSync(file, text); };
const read = (file) => fs.readFileSync(file, 'utf8');
const args = process.argv.slice(2);
${code}
`,
  mode: 0o755,
});

export const bins = (programs: Record<string, string>): Record<string, Written> =>
  Object.fromEntries(
    Object.entries(programs).map(([name, code]) => [`node_modules/.bin/${name}`, program(code)]),
  );
