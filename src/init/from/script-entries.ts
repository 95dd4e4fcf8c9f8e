// What becomes of each script: a task, one that only gathers others, a part of another, or nothing.

import { unique } from '../read/values.ts';
import { scriptCommand } from '../read/workspace.ts';
import { type Fixes, manifestOfScripts, type Read, type Role } from '../tools/tool.ts';
import { Judging, type LineOf, type Project, Sum, unknownPart } from './judging.ts';
import { isLifecycle, leftOutByName, offByName, REMOVES, roleByName } from './script-names.ts';
import { keyOf, type Part, partsOf, type ScriptRef } from './script-parts.ts';

/**
 * A task of its own; one that only gathers others; one that a run of all does not have, written as a comment; nothing but a
 * note; or a part of another, of which nothing is said.
 */
type State = 'task' | 'gather' | 'off' | 'left out' | 'part';

export interface Entry {
  ref: ScriptRef;
  key: string;
  /** Parts of its name beside that of the package. */
  title: string[];
  /** What stands behind its name; '' of what is no script. */
  line: string;
  /** What people have said it does; '' where they have said nothing. */
  description: string;
  state: State;
  /** Of what is off a clause; of what is left out one without its subject. */
  why: string;
  run: string[];
  /** Where it runs, if not in the folder of its package. */
  cwd?: string;
  role: Role;
  reads: Read[] | undefined;
  writes: string[] | undefined;
  /** Each package.json in which its commands find scripts: read beside what is known of the scripts. */
  manifests: string[];
  /** Of what is off because it changes files. */
  fixes?: Fixes;
  env: string[];
  followsImports: boolean;
  isNeededByAll: boolean;
  keepsOutputs: boolean;
  /** Commands that tell the versions of what it starts. */
  versions: string[];
  /** It is a server, and how it says that it is ready, where that is known: as `ready.log` has it. */
  service?: { log?: string };
  /** Somebody has said that it is not to be cached. */
  isCached: boolean;
  /** Somebody has said that it talks to a person. */
  isRaw?: boolean;
  /** Environment variables with their values. */
  variables: Record<string, string>;
  /** Commands of which it is not known what they read or write. */
  unknown: string[];
  /** Keys of the entries that it needs. */
  calls: Set<string>;
  comments: string[];
  /** Its programs by name, to tell what does nearly the same. */
  programs: string[];
}

export interface Entries {
  all: Map<string, Entry>;
  /** What is done before what, where somebody has said so: keys before keys. */
  orders: [before: string[], after: string[]][];
}

export function scriptEntries(project: Project, lineOf: LineOf): Entries {
  const all = new Map<string, Entry>();
  const orders: Entries['orders'] = [];
  const refs = project.workspace.packages.flatMap((each) =>
    [...each.scripts.keys()].map((script) => ({ package: each, script })),
  );
  const judging = new Judging(project, lineOf);
  for (const ref of refs) for (const entry of entriesOf(ref, judging, orders)) all.set(entry.key, entry);
  /** Scripts that are called in the middle of others, and by nobody who gathers. */
  const gathered = new Set(
    [...all.values()].flatMap(({ state, calls }) =>
      state === 'part' || state === 'left out' ? [] : [...calls],
    ),
  );
  for (const key of judging.inner) {
    const entry = all.get(key);
    if (entry !== undefined && !gathered.has(key) && entry.state === 'task') entry.state = 'part';
  }
  settleGathered(all);
  return { all, orders };
}

/** One that gathers nothing that is run is not run either. */
function settleGathered(all: ReadonlyMap<string, Entry>): void {
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const entry of all.values()) {
      if (entry.state !== 'gather') continue;
      const called = [...entry.calls].flatMap((key) => all.get(key) ?? []);
      const fixer = called.find(({ state }) => state === 'off');
      const leftOut = called.find(({ state, why }) => state === 'left out' && why !== REMOVES);
      const isEmpty = called.every(({ state }) => state !== 'task' && state !== 'gather');
      if (fixer === undefined && leftOut === undefined && !isEmpty) continue;
      entry.state = 'left out';
      entry.why =
        leftOut?.why ?? (fixer && 'changes your sources') ?? called[0]?.why ?? 'runs nothing that is a task';
      isDone = false;
    }
  }
}

const NO_TEST = /^echo\s+\\?["']?Error: no test specified/;

function entriesOf(ref: ScriptRef, judging: Judging, orders: Entries['orders']): Entry[] {
  const { package: own, script } = ref;
  const line = judging.lineOf(ref) ?? '';
  const base = { ...blank(ref, [script]), line };
  const [, stem = ''] = /^(?:pre|post)(.+)$/.exec(script) ?? [];
  if (own.scripts.has(stem) || isLifecycle(script) || NO_TEST.test(line)) return [{ ...base, state: 'part' }];
  const named = leftOutByName(script);
  if (named !== undefined) return [{ ...base, state: 'left out', why: named }];
  const parts = judging.parts(ref);
  const hooks = ['pre', 'post'].flatMap((when) =>
    own.scripts.has(`${when}${script}`) ? [{ ...ref, script: `${when}${script}` }] : [],
  );
  const firstProgram = (parts ?? []).findIndex(({ kind }) => kind === 'program');
  const leading = (parts ?? []).slice(0, firstProgram < 0 ? undefined : firstProgram);
  const rest = (parts ?? []).slice(leading.length);
  const isSplit =
    parts !== undefined &&
    (rest.length === 0 || !leading.some(callsToRemove)) &&
    hooks.length === 0 &&
    leading.length > 0 &&
    rest.every(({ kind }) => kind === 'program');
  if (!isSplit) {
    const run = [scriptCommand(judging.project.workspace.manager, script)];
    const entry = { ...base, run, manifests: manifestOfScripts(judging.placeOf(own)) };
    return [
      judged(
        entry,
        [...hooks.flatMap((hook) => judging.parts(hook) ?? [UNKNOWN]), ...(parts ?? [unknownPart(line)])],
        judging,
        true,
      ),
    ];
  }
  const groups = leading.map((part, at) => groupOf(part, ref, at, judging));
  for (const [at, { keys }] of groups.entries())
    if (at > 0) orders.push([groups.slice(0, at).flatMap((each) => each.keys), keys]);
  const calls = new Set(groups.flatMap(({ keys }) => keys));
  const made = groups.flatMap(({ made: each }) => each);
  if (rest.length === 0) return [...made, { ...base, state: 'gather', calls }];
  const run = rest.flatMap((part) => (part.kind === 'program' ? [part.command.text] : []));
  return [...made, judged({ ...base, run, calls }, rest, judging, false)];
}

/** What is removed first is a part of what comes after it. */
const callsToRemove = (part: Part): boolean =>
  part.kind === 'scripts' && part.calls.some(({ script }) => leftOutByName(script) === REMOVES);

const UNKNOWN = unknownPart('a script of npm');

export const blank = (ref: ScriptRef, title: string[]): Entry => ({
  ...{
    ref,
    key: keyOf(ref),
    title,
    line: '',
    description: '',
    state: 'task',
    why: '',
    run: [],
    role: 'check',
  },
  ...{
    reads: undefined,
    writes: undefined,
    env: [],
    variables: {},
    unknown: [],
    programs: [],
    versions: [],
    manifests: [],
  },
  ...{ followsImports: false, isNeededByAll: false, keepsOutputs: false, isCached: true },
  ...{ calls: new Set(), comments: [] },
});

interface Group {
  keys: string[];
  /** Entries of commands that are no scripts of their own. */
  made: Entry[];
}

const writtenLine: LineOf = ({ package: { scripts }, script }) => scripts.get(script);

/** An entry of lines that are no script: of a task of another tool. */
export function entryOfLines(project: Project, ref: ScriptRef, lines: readonly string[]): Entry {
  const judging = new Judging(project, writtenLine);
  const scene = { workspace: project.workspace, package: ref.package };
  // That it may fail changes nothing of what it reads.
  const parts = lines.flatMap(
    (line) => partsOf(line.replace(/ \|\| true$/, ''), scene) ?? [unknownPart(line)],
  );
  return judged({ ...blank(ref, [ref.script]), run: [...lines] }, parts, judging, true);
}

function groupOf(part: Part, ref: ScriptRef, at: number, judging: Judging): Group {
  if (part.kind === 'scripts') return { keys: part.calls.map(keyOf), made: [] };
  if (part.kind === 'program') return { keys: [], made: [] };
  const made = part.lines.map((line, index) => {
    const parts = partsOf(line, { workspace: judging.project.workspace, package: ref.package });
    const program = parts?.[0]?.kind === 'program' ? parts[0].command.program : `part-${at + index + 1}`;
    const entry = { ...blank(ref, [ref.script, program]), key: `${keyOf(ref)}#${at}.${index}`, run: [line] };
    return judged(entry, parts ?? [unknownPart(line)], judging, true);
  });
  return { keys: made.map(({ key }) => key), made };
}

/** An entry with what its parts come to. @param isWhole whether scripts that it calls are a part of it */
function judged(entry: Entry, parts: readonly Part[], judging: Judging, isWhole: boolean): Entry {
  const sum = new Sum(judging, isWhole);
  sum.add(parts, entry.ref.package);
  const { off, facts, unknown, programs } = sum;
  const manifests = unique([...entry.manifests, ...sum.manifests]);
  if (off !== undefined)
    return {
      ...entry,
      state: off.isFixer ? 'off' : 'left out',
      why: off.isFixer ? off.why : off.why.replace(/^it (?:is )?/, ''),
      ...(off.isFixer && sum.fixes !== undefined && { fixes: sum.fixes }),
      ...{ programs, manifests },
    };
  const why = offByName(entry.ref.script);
  const known = unknown.length === 0;
  const byName = roleByName(entry.ref.script);
  return {
    ...entry,
    ...(why !== undefined && !(known && facts.role === 'check') && { state: 'off' as const, why }),
    role: known ? facts.role : byName,
    reads: facts.reads,
    writes: facts.writes,
    env: facts.env ?? [],
    followsImports: facts.followsImports ?? false,
    isNeededByAll: facts.isNeededByAll ?? false,
    keepsOutputs: facts.keepsOutputs ?? false,
    versions: sum.versions,
    ...{ unknown, programs, manifests },
  };
}
