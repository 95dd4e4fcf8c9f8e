// What to use instead of flags that only other runners have.

const CHOOSE = "name tasks, or a pattern such as 'build*'; --affected chooses by what has changed";
const SHOW = '--verbose shows all output, --quiet that of failures; --reporter says how progress is shown';

const INSTEAD: Readonly<Record<string, string>> = {
  ...each('filter scope project projects package packages workspace workspaces target targets', CHOOSE),
  ...each(
    'parallel run-in-parallel',
    'ptask runs in parallel by itself; --concurrency <n> says how many tasks',
  ),
  ...each('sequential serial series', 'use --strategy sequential, or -c 1'),
  ...each('bail fail-fast', 'use --on-failure abort, which also restores the tree'),
  ...each('base head', 'use --since <ref>'),
  ...each('watch', "use ptask watch; a tool's own: ptask test -- --watch"),
  ...each('dependents downstream include-dependents rdeps', 'use --with-dependents'),
  ...each('graph', 'use ptask graph'),
  ...each('list list-all summary tasks', 'use ptask list'),
  ...each('no-deps no-dependencies skip-deps ignore-dependencies', 'use --only'),
  ...each('skip-cache rerun refresh', 'use --force'),
  ...each('failed last-failed only-failed', 'use --rerun-failed'),
  ...each('all recursive run-all', 'without names ptask runs all tasks'),
  ...each('silent', 'use --quiet'),
  ...each('output-logs output-style output-mode log-order stream ui', SHOW),
};

function each(names: string, hint: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, hint]));
}

/** What is known of the command line that has the flag. */
export interface FlagScene {
  /** The command, `run` where none is named. */
  command: string;
  /** The tasks that it names. */
  chosen: readonly string[];
  /** All that the config has; none where there is no config. */
  tasks: readonly string[];
}

/** @param flag `--name`, or `--name=value` */
export function insteadOf(flag: string, scene: FlagScene): string | undefined {
  const [, name = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(flag) ?? [];
  if (!Object.hasOwn(INSTEAD, name)) return undefined;
  if (name === 'watch' && scene.command !== 'run') return undefined;
  const isOfPackages = INSTEAD[name] === CHOOSE && !name.startsWith('target');
  return (isOfPackages && value !== undefined && filterInstead(value, scene)) || INSTEAD[name];
}

/**
 * A filter of packages as turbo and pnpm have it, or names of projects, where tasks can be chosen in the same way: `web`, `a,b`,
 * `...web`, `web...`, `[main]`, `web[main]`, `!web`. Folders, patterns and what is without the package itself are not said by names.
 */
function filterInstead(value: string, scene: FlagScene): string | undefined {
  const [whole, sign = '', before = '', names = '', after = '', ref] =
    /^(!?)((?:\.\.\.)?)([\w@/,-]*)((?:\.\.\.)?)(?:\[([\w./^~@-]+?)(?:\.\.\.HEAD)?\])?$/.exec(value) ?? [];
  if (whole === undefined || ref?.includes('...')) return undefined;
  const since = ref === undefined ? '' : `--since ${ref}`;
  if (names === '') return since === '' || sign !== '' || after !== '' ? undefined : `use ${since}`;
  const patterns = names.split(',').map((each) => patternsOf(each, scene));
  if (patterns.some((each) => each.length === 0)) return undefined;
  if (sign !== '')
    return before + after + since === '' ? `use --except ${patterns.flat().join(' ')}` : undefined;
  if (since !== '' && before + after !== '') return undefined;
  const more = [before === '' ? '' : '--with-dependents', since].filter((each) => each !== '');
  return `choose tasks by their names: ptask ${[...patterns.flat(), ...more].join(' ')}`;
}

/** The tasks of a package, or those that are chosen of it; none where it has not all of these. */
function patternsOf(name: string, { chosen, tasks }: FlagScene): string[] {
  const prefix = `${name.replace(/^@[\w-]+\//, '')}:`;
  if (!/^[\w-]+:$/.test(prefix)) return [];
  if (chosen.length === 0) return tasks.some((each) => each.startsWith(prefix)) ? [`'${prefix}*'`] : [];
  const wanted = chosen.map((each) => `${prefix}${each}`);
  return wanted.every((each) => tasks.includes(each)) ? wanted : [];
}
