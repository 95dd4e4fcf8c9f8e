// Small programs that move files about, and those that do nothing to them.

import { literalPattern } from '../../plan/patterns/index.ts';
import { below, inFolder } from '../read/repository.ts';
import { type Args, type Place, patternAt, type Tool, task, type Verdict } from './tool.ts';

/** What a command makes or removes; a name may be a folder. Folders alone are nothing that is kept. */
function written(words: readonly string[], { package: { folder } }: Place): string[] | undefined {
  const paths = words.map((word) => inFolder(folder, word));
  if (paths.some((path) => path === undefined || path === folder)) return undefined;
  return paths.flatMap((path) =>
    path === undefined
      ? []
      : /\.\w+$/.test(path) || /[*?{]/.test(path)
        ? [path]
        : [`${literalPattern(path)}/**`],
  );
}

const makes = (words: readonly string[], place: Place): Verdict =>
  task({ role: 'build', reads: [], writes: written(words, place) });

function copies(args: Args, place: Place): Verdict | undefined {
  const paths = args.plain('-u', '--up', '-e', '--exclude');
  const target = paths.at(-1);
  if (paths.length < 2 || target === undefined) return undefined;
  const sources = paths.slice(0, -1);
  const reads = sources.map((each) => patternAt(place, each));
  const [into] = written([target], place) ?? [];
  if (into === undefined || reads.includes(undefined)) return undefined;
  // Into a folder: of each source what is called as it is.
  const isFolder = into.endsWith('/**');
  const names = sources.flatMap((each) => each.split('/').filter(Boolean).at(-1) ?? []);
  const isPlain = isFolder && names.every((name) => /^[\w.-]+\.\w+$/.test(name));
  const made = isPlain ? names.map((name) => below(into.slice(0, -3), name)) : [into];
  return task({ role: 'build', reads: reads.filter((each) => each !== undefined), writes: made });
}

export const fileTools: Tool[] = [
  {
    programs: ['rm', 'rimraf', 'del', 'del-cli', 'touch'],
    judge: ({ args }, place) => makes(args.plain(), place),
  },
  {
    programs: ['cp', 'copyfiles', 'cpx', 'cpy', 'cpy-cli', 'ncp', 'mv'],
    judge: ({ args }, place) => copies(args, place),
  },
  { programs: ['chmod'], judge: ({ args }, place) => makes(args.plain().slice(1), place) },
  {
    programs: ['echo', 'true', ':', 'printf', 'mkdir', 'mkdirp'],
    judge: () => task({ role: 'check', reads: [], writes: [] }),
  },
];
