// What a check of the surroundings has found.

import type { Config } from '../../config/config.ts';
import type { Repository } from '../../git/repository.ts';

export interface Finding {
  /** A clause: what is so. */
  text: string;
  /** `problem`: ptask cannot do what it is asked to. `warning`: something is not as somebody may believe. */
  status: 'ok' | 'warning' | 'problem';
  /** The way out, where something is wrong. */
  hint?: string;
}

export interface Surroundings {
  /** Absolute: the folder of the config, or where one is looked for. */
  root: string;
  /** Undefined where there is none, or none that is valid. */
  config: Config | undefined;
  repository: Repository | undefined;
}

export const fine = (text: string): Finding => ({ text, status: 'ok' });
export const warning = (text: string, hint?: string): Finding => ({
  text,
  status: 'warning',
  ...(hint !== undefined && { hint }),
});
export const problem = (text: string, hint?: string): Finding => ({
  text,
  status: 'problem',
  ...(hint !== undefined && { hint }),
});
