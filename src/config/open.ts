// The config as a command opens it: as it is remembered, else read. What reading takes is loaded only then.

import { ok, type Result } from '../base/result.ts';
import type { Config } from './config.ts';
import type { LoadOptions } from './config-file.ts';
import { recallConfig } from './remembered.ts';

/** Of the text of a config that is there, before it is parsed. */
export type OnText = (text: () => string, bytes: number) => void;

export async function openConfig(options: LoadOptions, onText: OnText = () => {}): Promise<Result<Config>> {
  const recalled = recallConfig(options);
  if (recalled !== undefined) {
    const { bytes } = recalled;
    onText(() => bytes.toString(), bytes.length);
    return ok(recalled.config);
  }
  const { locateConfig, parseForNextTime } = await import('./load.ts');
  const found = locateConfig(options);
  if (!found.ok) return found;
  const { source, bytes } = found.value;
  onText(() => source.text, bytes.length);
  return parseForNextTime(found.value);
}
