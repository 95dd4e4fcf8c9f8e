import { ok, type Result } from '../base/result.ts';
import { existingFolder } from '../config/config-file.ts';
import { findRepository } from '../git/repository.ts';

/** The folder that tasks speak of where there is no config: the top of the repository, or the folder itself. */
export function rootWithoutConfig(cwd: string | undefined): Result<string> {
  const folder = existingFolder(cwd);
  return folder.ok ? ok(findRepository(folder.value)?.top ?? folder.value) : folder;
}
