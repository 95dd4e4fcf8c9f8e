// The line of a script to its parts: other scripts that it calls, and programs that it starts.

import { matcher } from '../../plan/patterns/index.ts';
import { commandsIn } from '../read/shell.ts';
import { wordList } from '../read/values.ts';
import type { Package, Workspace } from '../read/workspace.ts';
import { type Command, unwrapped } from '../tools/judge.ts';
import { Args } from '../tools/tool.ts';

/** A script of a package. */
export interface ScriptRef {
  package: Package;
  script: string;
}

export const keyOf = ({ package: { folder }, script }: ScriptRef): string => `${folder}#${script}`;

export type Part =
  /** Calls of scripts, one after the other or at once. */
  | { kind: 'scripts'; calls: ScriptRef[]; isParallel: boolean }
  /** Commands at once, of which some are no scripts. */
  | { kind: 'beside'; lines: string[]; script?: ScriptRef }
  /** With the script whose line it is, where more words were put behind that. */
  | { kind: 'program'; command: Command; script?: ScriptRef };

export interface Scene {
  workspace: Workspace;
  package: Package;
}

/** Undefined where the line does more than one thing after another. */
export function partsOf(line: string, scene: Scene, depth = 0): Part[] | undefined {
  const commands = depth > MOST_DEEP ? undefined : commandsIn(line);
  if (commands === undefined) return undefined;
  const parts: Part[] = [];
  for (const simple of commands) {
    const command = unwrapped(simple);
    const calls = callsOf(command, scene, depth);
    if (calls === null) return undefined;
    if (calls === undefined) parts.push({ kind: 'program', command });
    else parts.push(...calls);
  }
  return parts;
}

/** Scripts that call each other in a circle. */
const MOST_DEEP = 10;

/** Undefined where it calls no scripts, null where nobody can tell which. */
function callsOf(command: Command, scene: Scene, depth: number): Part[] | undefined | null {
  const { program, args } = command;
  if (/^(?:npm|pnpm|yarn|bun|node)$/.test(program)) return managerCalls(program, args, scene, depth);
  if (/^(?:run-s|run-p|npm-run-all2?)$/.test(program)) return runAllCalls(program, args.words, scene, depth);
  if (program === 'concurrently' || program === 'conc') return concurrentCalls(args, scene);
  if (program === 'turbo' || program === 'lerna' || program === 'nx')
    return everywhereCalls(program, args, scene);
  return undefined;
}

const OF_MANAGERS = new Set(
  wordList(`
    add audit cache ci config create dedupe deploy exec init install i link login outdated pack patch prune
    publish rebuild remove rm up update upgrade version why view x dlx pm
  `),
);

/** Flags of package managers that take a value. */
const MANAGER_VALUES = wordList('-w --workspace --filter -F --prefix -C --dir --cwd --concurrency');

function managerCalls(program: string, args: Args, scene: Scene, depth: number): Part[] | undefined | null {
  if (program === 'node') {
    const [flag, name] = args.words;
    return flag === '--run' && name !== undefined ? [own([name], scene)] : undefined;
  }
  const dashes = args.words.indexOf('--');
  const extra = dashes < 0 ? [] : args.words.slice(dashes + 1);
  const before = new Args(dashes < 0 ? args.words : args.words.slice(0, dashes));
  const plain = before.plain(...MANAGER_VALUES);
  const isRun = /^(?:run|run-script)$/.test(plain[0] ?? '');
  const [first = '', second = '', third = ''] = isRun ? plain.slice(1) : plain;
  if (before.has('--prefix', '-C', '--dir', '--cwd')) return null;
  // `yarn workspaces foreach -A run build`, `yarn workspace web build`.
  if (program === 'yarn' && first === 'workspaces') return inAll([plain.at(-1) ?? ''], scene);
  if (program === 'yarn' && first === 'workspace')
    return ofPackage(second, third === 'run' ? (plain[3] ?? '') : third, scene);
  const script = first === 't' || first === 'tst' ? 'test' : first;
  if (script === '' || (!isRun && OF_MANAGERS.has(script))) return undefined;
  const isEverywhere =
    before.has('-r', '--recursive', '-ws', '--workspaces') || before.value('--filter') === '*';
  // `pnpm -r run build`.
  if (isEverywhere) return inAll([script === 'run' ? second : script], scene);
  const named = before.value('-w', '--workspace', '--filter', '-F');
  if (named !== undefined) return ofPackage(named, script === 'run' ? second : script, scene);
  if (!scene.package.scripts.has(script)) return isRun ? null : undefined;
  // Yarn and pnpm hand on words without `--`, too.
  const handsOn = program === 'yarn' || program === 'pnpm';
  const flags = handsOn ? before.words.slice(before.words.indexOf(first) + 1) : [];
  return withExtra(script, [...flags, ...extra], scene, depth);
}

/** A script with more words: its line with them, which may be something else altogether. */
function withExtra(script: string, extra: readonly string[], scene: Scene, depth: number): Part[] | null {
  if (extra.length === 0) return [own([script], scene)];
  const line = `${scene.package.scripts.get(script) ?? ''} ${extra.map((word) => (/[\s'"]/.test(word) ? JSON.stringify(word) : word)).join(' ')}`;
  const ref = { package: scene.package, script };
  return partsOf(line, scene, depth + 1)?.map((part) => ({ script: ref, ...part })) ?? null;
}

const own = (names: readonly string[], scene: Scene, isParallel = false): Part => ({
  kind: 'scripts',
  calls: names.map((script) => ({ package: scene.package, script })),
  isParallel,
});

function inAll(names: readonly string[], { workspace }: Scene): Part[] {
  const members = workspace.packages.filter(({ folder }) => folder !== '');
  const calls = names.flatMap((script) =>
    members.filter(({ scripts }) => scripts.has(script)).map((each) => ({ package: each, script })),
  );
  return [{ kind: 'scripts', calls, isParallel: true }];
}

function ofPackage(name: string, script: string, { workspace }: Scene): Part[] | null {
  const path = name.replace(/^\.\//, '').replace(/\/$/, '');
  const found = workspace.packages.find(
    (each) => each.name === name || each.folder === path || each.name.replace(/^@[^/]*\//, '') === name,
  );
  if (found?.scripts.has(script) !== true) return null;
  return [{ kind: 'scripts', calls: [{ package: found, script }], isParallel: false }];
}

/** `turbo run build lint`, `nx run-many -t build`, `lerna run build`. */
function everywhereCalls(program: string, args: Args, scene: Scene): Part[] | undefined | null {
  if (args.has('--watch') || args.words[0] === 'watch') return undefined;
  if (args.has('--filter', '-F', '--projects', '-p', '--scope', '--affected', '--since')) return null;
  if (program === 'nx') {
    const targets = args.value('-t', '--target', '--targets');
    if (args.words[0] !== 'run-many' || targets === undefined) return null;
    const more = args.words.slice(args.words.indexOf(targets) + 1);
    const end = more.findIndex((word) => word.startsWith('-'));
    return inAll(
      [targets, ...(end < 0 ? more : more.slice(0, end))].flatMap((each) => each.split(',')),
      scene,
    );
  }
  const words = args.plain(
    '--concurrency',
    '--env-mode',
    '--output-logs',
    '--log-order',
    '--cache-dir',
    '--ui',
    '--stream',
  );
  const names = words[0] === 'run' ? words.slice(1) : program === 'turbo' ? words : undefined;
  return names === undefined || names.length === 0 ? undefined : inAll(names, scene);
}

/** The scripts that a pattern of npm-run-all means: `lint:*` has one more part, `lint:**` any number. */
function scriptsLike(pattern: string, { package: { scripts } }: Scene): string[] {
  if (scripts.has(pattern)) return [pattern];
  const asPath = (name: string): string => name.replaceAll('/', '\\').replaceAll(':', '/');
  const isLike = matcher([asPath(pattern)]);
  return [...scripts.keys()].filter((name) => isLike(asPath(name)));
}

/** npm-run-all: groups of scripts, each one after the other (`-s`) or at once (`-p`). */
function runAllCalls(program: string, words: readonly string[], scene: Scene, depth: number): Part[] | null {
  let isParallel = program === 'run-p';
  const parts: Part[] = [];
  const withValue = new Set(['--max-parallel', '--npm-path']);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (withValue.has(word)) at += 1;
    else if (word === '--') break;
    else if (/^(?:-p|--parallel)$/.test(word)) isParallel = true;
    else if (/^(?:-s|--sequential|--serial)$/.test(word)) isParallel = false;
    else if (!word.startsWith('-')) {
      const [pattern = '', ...extra] = word.split(/\s+/);
      const names = scriptsLike(pattern, scene);
      if (names.length === 0) return null;
      const more = extra[0] === '--' ? extra.slice(1) : extra;
      if (more.length > 0) {
        const inner = withExtra(pattern, more, scene, depth);
        if (inner === null) return null;
        parts.push(...inner);
        continue;
      }
      const last = parts.at(-1);
      const group = own(names, scene, isParallel);
      if (last?.kind === 'scripts' && isParallel && last.isParallel && group.kind === 'scripts')
        last.calls.push(...group.calls);
      else parts.push(group);
    }
  }
  return parts.length === 0 ? null : parts;
}

const CONCURRENTLY_VALUES = wordList(`
  -n --names -c --prefix-colors -p --prefix -m --max-processes -s --success -i --handle-input --restart-tries
  --restart-after --kill-signal --default-input-target -l --prefix-length
`);

/** Each word is a command of its own; `npm:lint:*` are scripts. */
function concurrentCalls(args: Args, scene: Scene): Part[] | null {
  const lines: string[] = [];
  const calls: ScriptRef[] = [];
  for (const word of args.plain(...CONCURRENTLY_VALUES)) {
    const [, pattern] = /^(?:npm|pnpm|yarn|bun|node):(\S+)$/.exec(word) ?? [];
    const names = pattern === undefined ? [] : scriptsLike(pattern, scene);
    if (pattern !== undefined && names.length === 0) return null;
    const parts = pattern === undefined ? partsOf(word, scene, 1) : undefined;
    const [only, ...others] = parts ?? [];
    if (pattern !== undefined) calls.push(...names.map((script) => ({ package: scene.package, script })));
    else if (only?.kind === 'scripts' && others.length === 0) calls.push(...only.calls);
    else lines.push(word);
  }
  const group: Part[] = calls.length > 0 ? [{ kind: 'scripts', calls, isParallel: true }] : [];
  return lines.length > 0 ? [...group, { kind: 'beside', lines }] : group.length > 0 ? group : null;
}
