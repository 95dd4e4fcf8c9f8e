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

/** @param flag `--name`, or `--name=value` */
export function insteadOf(flag: string): string | undefined {
  const [, name = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(flag) ?? [];
  if (!Object.hasOwn(INSTEAD, name)) return undefined;
  const isOfPackages = INSTEAD[name] === CHOOSE && !name.startsWith('target');
  return (isOfPackages && value !== undefined && filterInstead(value)) || INSTEAD[name];
}

/** A filter of packages, as turbo and pnpm have it: `web`, `...web`, `web...`, `./libs/ui`, `[main]`, `!web`; or names of projects. */
function filterInstead(value: string): string | undefined {
  const [, ref] = /\[([^\].]+)(?:\.\.\.[^\]]*)?\]/.exec(value) ?? [];
  if (ref !== undefined) return `use --since ${ref}`;
  const packages = value.replace(/^!/, '').split(',').map(packageIn);
  if (packages.some((each) => !/^[\w*-]+$/.test(each))) return undefined;
  const patterns = packages.map((each) => `'${each}:*'`);
  if (value.startsWith('!')) return `use --except ${patterns.join(' ')}`;
  const more = value.startsWith('...') ? ' --with-dependents' : '';
  return `choose tasks by their names: ptask ${patterns.join(' ')}${more}`;
}

const packageIn = (filter: string): string =>
  filter.replace(/^\.\.\.\^?|\^?\.\.\.$|[{}]/g, '').replace(/^@[^/]+\/|^.*\/(?=[^/]+$)/, '');
