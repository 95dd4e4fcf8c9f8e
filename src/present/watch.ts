// What `ptask watch` says between its runs.

import type { Diagnostic } from '../base/diagnostic.ts';
import { formatCount, list, plural } from './format.ts';
import { oneLine } from './plain.ts';

/** Names in a sentence before the rest is counted. */
const NAMED = 3;

const names = (all: readonly string[]): string => list(all.map(oneLine), NAMED);

export interface WatchFacts {
  files: number;
  tasks: number;
  failed: readonly string[];
  isPaused: boolean;
  filter: string | undefined;
  hasKeys: boolean;
}

/** In the order in which they are worth their room. */
export const watchLine = ({ files, tasks, failed, isPaused, filter, hasKeys }: WatchFacts): string[] => [
  isPaused ? 'paused' : `watching ${plural(files, 'file')} for ${plural(tasks, 'task')}`,
  ...(failed.length > 0 ? [`${formatCount(failed.length)} failed: ${names(failed)}`] : []),
  ...(filter === undefined ? [] : [`only ${oneLine(filter)}`]),
  ...(hasKeys ? [isPaused ? 'press p to go on' : 'press h for help'] : []),
];

/** What has stopped a run, behind `stopping after`. */
export const changeOf = (path: string): string => `a change of ${oneLine(path)}`;
export const byKey = (key: string): string => `the key ${key}`;

export const noReads = (tasks: readonly string[], hasKeys: boolean): string =>
  `${names(tasks)} ${tasks.length === 1 ? 'declares' : 'declare'} no reads: no change reruns ${
    tasks.length === 1 ? 'it' : 'them'
  }${hasKeys ? ', r does' : ''}`;

export const CONFIG_BROKEN = 'the config as it was stays in use until this is fixed';
export const ROOT_GONE = 'the folder that was watched is gone';
export const NONE_FAILED = 'no task has failed';

export const echoes = (files: readonly string[]): Diagnostic => {
  const [verb, rerun, it] = files.length === 1 ? ['changes', 'reruns', 'it'] : ['change', 'rerun', 'them'];
  return {
    message: `${names(files)} ${verb} in every run, so ${it} ${rerun} nothing while tasks run`,
    hint: `declare ${it} in \`writes\`, or leave ${it} out of \`reads\` with \`!\``,
  };
};

/** Of the system's word for it. */
export function shortOfWatches(code: string): Diagnostic {
  const [message, hint] =
    code === 'ENOSPC'
      ? [
          'the system has no more watches for folders',
          'raise the limit, e.g. sudo sysctl fs.inotify.max_user_watches=524288',
        ]
      : ['the system opens no more files for watching', 'raise the limit on open files (ulimit -n)'];
  return { message: `${message} (${code}): looking at all files again and again instead`, hint };
}

/** What the keys do; a key and its deed. */
export const KEYS: readonly (readonly [key: string, deed: string])[] = [
  ['r, Enter', 'run all tasks again'],
  ['x', 'run the tasks again that failed'],
  ['f', 'choose which tasks run: a name or a pattern'],
  ['p', 'pause, or go on'],
  ['c', 'cancel the run'],
  ['q', 'quit'],
];
