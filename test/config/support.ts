/** A config's text straight to its Config or to what is said about it, without a process. */
import { createColors } from 'picocolors';
import { SourceText } from '../../src/base/diagnostic.ts';
import type { Result } from '../../src/base/result.ts';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/load.ts';
import { renderDiagnostics } from '../../src/ui/diagnostics.ts';
import { tempDir } from '../support/tmp.ts';
import { told } from './told.ts';

const empty = tempDir('config-');

export interface ParseOptions {
  file?: string;
  /** The folder of the config; empty unless given. */
  root?: string;
}

export function parse(
  text: string,
  { file = 'parallel.config.yaml', root = empty }: ParseOptions = {},
): Result<Config> {
  return parseConfig({ path: `${root}/${file}`, root, source: new SourceText(file, text) });
}

/** The problems as `told` writes them; none for a sound config. */
export function problems(text: string, options: ParseOptions = {}): string[] {
  const result = parse(text, options);
  return result.ok
    ? []
    : told(renderDiagnostics(result.diagnostics, { colors: createColors(false), columns: 80 }), options.file);
}

/** The Config of a text that is sound. */
export function config(text: string, options: ParseOptions = {}): Config {
  const result = parse(text, options);
  if (!result.ok)
    throw new Error(
      `not sound:\n${renderDiagnostics(result.diagnostics, { colors: createColors(false), columns: 80 })}`,
    );
  return result.value;
}

/** The lines of a template without their common indentation. */
export function lines(strings: TemplateStringsArray): string {
  const all = (strings.raw[0] ?? '').replace(/^\n/, '').replace(/\n *$/, '\n').split('\n');
  const indents = all.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return all.map((line) => line.slice(indent)).join('\n');
}
