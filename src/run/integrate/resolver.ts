// Runs the command that the config names to merge one file, on copies of its three sides.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OWNER_ONLY, replaceFile } from '../../base/own-files.ts';
import { failureOf } from '../executor/attempt.ts';
import { commandEnvironment } from '../process/environment.ts';
import type { RunContext } from '../records/context.ts';
import { OutputFile } from '../records/output.ts';
import type { Resolver } from './resolve.ts';

/** Bytes of what it prints: only the end of that is ever shown. */
const MOST_OUTPUT = 1e6;

/** The last line that speaks of an error, else the last one. */
const saidOf = (lines: readonly string[]): string | undefined =>
  lines.findLast((line) => /error|fatal/i.test(line)) ?? lines.at(-1);

/** @param folder for the sides and the results, made if need be */
export function resolverIn(context: RunContext, folder: string): Resolver {
  let count = 0;
  return async (commands, { path, base, ours, theirs }) => {
    count += 1;
    const own = join(folder, String(count));
    const file = (side: string, content: Buffer): string => {
      // With its own ending: tools tell by it what kind of file it is.
      const at = join(own, `${side}-${basename(path)}`);
      replaceFile(at, content, { mode: OWNER_ONLY });
      return at;
    };
    const result = file('result', ours);
    const { root, shell } = context.config;
    const { config } = context;
    const place = { runId: context.folder.id, config, workdir: root, what: 'onCollision' };
    const env = {
      ...commandEnvironment(context.env, {}, place),
      PTASK_PATH: path,
      PTASK_BASE: file('base', base),
      PTASK_OURS: file('ours', ours),
      PTASK_THEIRS: file('theirs', theirs),
      PTASK_RESULT: result,
    };
    const output = new OutputFile(join(own, 'output'), () => {}, { limit: MOST_OUTPUT });
    const { stop, executor } = context;
    try {
      for (const command of commands) {
        const onOutput = (chunk: Buffer): void => output.write(chunk);
        const ended = await executor.start({ command, shell, cwd: root, env, stop, onOutput }).result;
        const failure = failureOf(ended);
        if (failure !== undefined) {
          const said = saidOf(output.tail());
          return { ok: false, reason: `\`${command}\`: ${failure}${said ? `: ${said}` : ''}` };
        }
      }
    } finally {
      output.close();
    }
    return existsSync(result)
      ? { ok: true, file: result }
      : { ok: false, reason: 'the resolver has left no result' };
  };
}
