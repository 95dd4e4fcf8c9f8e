import type { Result } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import { displayPath } from '../../config/config-file.ts';
import { plural } from '../../present/format.ts';
import { type Finding, fine, problem } from './finding.ts';

export function configFinding(config: Result<Config>, cwd: string): Finding {
  if (config.ok) {
    const { file, tasks } = config.value;
    return fine(`${displayPath(file, cwd)}, ${plural(tasks.length, 'task')}`);
  }
  const [first, ...more] = config.diagnostics;
  const { message = '', place, hint } = first ?? {};
  // The example that may follow takes more than a line.
  if (place === undefined) return problem(message, hint?.split('\n')[0]?.replace(/, for example:$/, ''));
  const at = `${place.file}:${place.line}:${place.column}`;
  const rest = more.length === 0 ? '' : `, and ${plural(more.length, 'more error')}`;
  return problem(`${at} ${message}${rest}`, 'ptask check shows what is wrong');
}
