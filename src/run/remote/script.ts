// What a task's commands are on another machine: one script, in which each has a shell of its own, as at home. The repository lies one
// folder down from where it begins, beside a folder of ours. Pure.

import type { Shell, Task } from '../../config/config.ts';
import { shellArguments } from '../process/platform.ts';

/** Where the repository lies: an output may be all of it, and the folder in which the script begins is none. */
export const TREE = 'tree';
const OWN = 'ptask';

/** What the task is handed, and what it hands over, from the folder in which the script begins. */
export const OWN_FILES = {
  /** The script itself: as an argument it could be no longer than a system takes. */
  script: `${OWN}/given/script.sh`,
  /** `PTASK_OUTPUTS` and `PTASK_HANDOFF`. */
  values: `${OWN}/given/values.json`,
  handoff: `${OWN}/given/handoff.md`,
  /** `PTASK_OUTPUT` and `PTASK_LOG`. */
  output: `${OWN}/made/output`,
  log: `${OWN}/made/log`,
  /** Which of its commands has failed. */
  failed: `${OWN}/made/failed`,
  /** The code with which it ended, and so a sign that what it has made is told at all. */
  done: `${OWN}/made/done`,
  /** Outputs that are links themselves, by their number among those that are looked at: not all servers take one for an output. */
  links: `${OWN}/made/links`,
} as const;

/** All that the script makes there. */
export const MADE = ['output', 'log', 'failed', 'done', 'links'].map((name) => `${OWN}/made/${name}`);

const VARIABLES = {
  PTASK_OUTPUTS: OWN_FILES.values,
  PTASK_HANDOFF: OWN_FILES.handoff,
  PTASK_OUTPUT: OWN_FILES.output,
  PTASK_LOG: OWN_FILES.log,
} as const;

export const isOwnVariable = (name: string): name is keyof typeof VARIABLES => name in VARIABLES;

/** Of which list a command was. */
export type Part = 'setup' | 'run' | 'verify';

export interface Scripted {
  script: string;
  /** Those that are the same wherever it runs. */
  environment: Record<string, string>;
}

export interface ScriptOptions {
  task: Pick<Task, 'shell' | 'run' | 'verify' | 'cwd'>;
  /** Commands that come first, in the folder of the config. */
  setup: readonly string[];
  setupShell: Shell;
  env: Readonly<Record<string, string>>;
  /** The folder of the config on this machine: a value that names it names the one there instead. */
  root: string;
  /** Of which all comes back, as in an action. */
  looked: readonly string[];
}

export function scriptOf({ task, setup, setupShell, env, root, looked }: ScriptOptions): Scripted {
  const environment: Record<string, string> = {};
  const exports: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (isOwnVariable(name)) exports.push(`export ${name}="$PTASK_HERE/${VARIABLES[name]}"`);
    else if (rootIn(root).test(value)) exports.push(`export ${name}=${moved(value, root)}`);
    else environment[name] = value;
  }
  const cwd = task.cwd === '.' ? '' : `/${task.cwd}`;
  const lines = [
    // As at home: nothing to read, and one stream for all that they print.
    'exec </dev/null 2>&1',
    'PTASK_HERE=$PWD',
    `mkdir -p ${OWN}/made ${quoted(`${TREE}${cwd}`)} || exit`,
    ...ending(looked),
    ...exports,
    // What is installed in the repository is found as at home.
    `export PATH=${binFolders(task.cwd)}"$PATH"`,
    'ptask_run() {',
    '  ptask_at="$1 $2"',
    '  shift 2',
    '  "$@" && return',
    '  ptask_code=$?',
    `  echo "$ptask_at" > "$PTASK_HERE/${OWN_FILES.failed}"`,
    '  exit "$ptask_code"',
    '}',
    ...(setup.length > 0 ? [`cd ${quoted(TREE)} || exit`, ...runs('setup', setup, setupShell)] : []),
    `cd "$PTASK_HERE"/${quoted(`${TREE}${cwd}`)} || exit`,
    ...runs('run', task.run, task.shell),
    ...runs('verify', task.verify, task.shell),
  ];
  return { script: `${lines.join('\n')}\n`, environment };
}

/** What it leaves behind is ended as at home: it is known by what it has inherited, as far as the system there tells that. */
const ending = (looked: readonly string[]): string[] => [
  'ptask_mark="$$ $PWD "',
  'export PTASK_MARK="$ptask_mark"',
  'ptask_end() {',
  '  ptask_code=$?',
  '  trap - EXIT',
  '  unset PTASK_MARK',
  '  cd "$PTASK_HERE" || exit',
  '  for ptask_left in $(grep -lsF "PTASK_MARK=$ptask_mark" /proc/[0-9]*/environ 2>/dev/null); do',
  '    ptask_left=${ptask_left%/environ}',
  '    kill -9 "${ptask_left#/proc/}" 2>/dev/null',
  '  done',
  ...looked.flatMap((path, at) => (path === '' ? [] : [`  ptask_link ${at} ${quoted(`${TREE}/${path}`)}`])),
  `  echo "$ptask_code" > ${OWN_FILES.done}`,
  '  exit "$ptask_code"',
  '}',
  'ptask_link() {',
  '  test -L "$2" || return',
  `  mkdir -p ${OWN_FILES.links} && mv "$2" ${OWN_FILES.links}/"$1"`,
  '}',
  'trap ptask_end EXIT',
];

const runs = (part: Part, commands: readonly string[], shell: Shell): string[] =>
  commands.map((command, at) =>
    // The shell that every system has does not depend on what is on the search path.
    [
      `ptask_run ${part} ${at}`,
      shell === 'sh' ? '/bin/sh' : shell,
      ...shellArguments(command, shell).map(quoted),
    ].join(' '),
  );

/** The nearest first. */
function binFolders(cwd: string): string {
  const parts = cwd === '.' ? [] : cwd.split('/');
  const folders = [...parts.map((_, at) => parts.slice(0, parts.length - at).join('/')), ''];
  return folders
    .map(
      (folder) => `"$PTASK_HERE"/${quoted([TREE, folder, 'node_modules/.bin'].filter(Boolean).join('/'))}:`,
    )
    .join('');
}

/** The root where a path begins with it and with none that is only spelled alike, also in a list of folders or after an option. */
const rootIn = (root: string): RegExp =>
  new RegExp(
    `(?<!/[^\\s:;,="']*[^\\s:;,="'/])${root.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')}(?![\\p{L}\\p{N}_.@+~-])`,
    'u',
  );

/** Wherever the root stands in it. */
function moved(value: string, root: string): string {
  return value
    .split(rootIn(root))
    .map((text) => (text === '' ? '' : quoted(text)))
    .join(`"$PTASK_HERE/${TREE}"`);
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What the script has written down of a failure: which command, counted in its list. */
export function failedPart(text: string): Part | undefined {
  const [, part] = /^(setup|run|verify) \d+\s*$/.exec(text) ?? [];
  return part as Part | undefined;
}
