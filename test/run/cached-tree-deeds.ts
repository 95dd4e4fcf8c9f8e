// Random tasks for the property of the cached tree: each does what it does by its declared inputs alone, and changes nothing but what it
// declares. And random edits of the tree between two runs.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';

const DIRS = ['src/a', 'src/b', 'lib', 'docs'];

export type Kind =
  | 'concat'
  | 'each'
  | 'odd'
  | 'format'
  | 'sweep'
  | 'lint'
  | 'values'
  | 'grow'
  | 'picky'
  | 'swap'
  | 'beside';

export interface Deed {
  kind: Kind;
  /** Of the folders that it reads, by number; beyond them the outputs of tasks before it. */
  from: number[];
  workspace: 'auto' | 'auto' | 'worktree';
}

const KINDS: Kind[] = [
  ...([
    'concat',
    'each',
    'odd',
    'format',
    'sweep',
    'lint',
    'values',
    'grow',
    'picky',
    'swap',
    'beside',
  ] as const),
];

export const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    from: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 2 }),
    workspace: fc.constantFrom('auto', 'auto', 'auto', 'auto', 'worktree'),
  }),
  { minLength: 1, maxLength: 5 },
);

/** All that lies in some folders, in an order, with names, modes and targets. */
const LIST = (folders: string[]): string =>
  `{ for d in ${folders.join(' ')}; do [ -e "$d" ] && find "$d" ! -type d | LC_ALL=C sort | while IFS= read -r f; do ` +
  `if [ -L "$f" ]; then printf '%s -> %s\\n' "$f" "$(readlink "$f")"; else printf '%s %s\\n' "$f" "$(cksum < "$f")"; [ -x "$f" ] && echo x; fi; done; done; true; }`;

export function taskOf(deed: Deed, index: number, all: readonly Deed[]): object {
  const { kind, workspace } = deed;
  const out = `out/t${index}`;
  const before = all.slice(0, index).map((_, at) => `out/t${at}`);
  const places = [...DIRS, ...before];
  const folders = [...new Set(deed.from.map((at) => places[at % places.length] as string))];
  const reads = folders.map((folder) => `${folder}/**`);
  const list = LIST(folders);
  const own = { reads, writes: [`${out}/**`], workspace };
  switch (kind) {
    case 'concat':
      return { ...own, run: `mkdir -p ${out} && ${list} > ${out}/all && echo made` };
    case 'each':
      return {
        ...own,
        run: `mkdir -p ${out} && ${list} | cksum > ${out}/sum && ${list} | sed 's/[^A-Za-z0-9]/_/g' | cut -c1-60 | while read -r n; do mkdir -p "${out}/per/$n" && echo "$n" > "${out}/per/$n/f"; done`,
      };
    case 'odd':
      return {
        ...own,
        run: [
          `mkdir -p ${out}/empty ${out}/bin && ${list} > ${out}/bin/run && chmod 755 ${out}/bin/run`,
          `ln -sfn bin/run ${out}/link && ln -sfn nowhere ${out}/dangling && printf '%s' x > "${out}/a b'ü"`,
          `echo ro > ${out}/ro.tmp && chmod 444 ${out}/ro.tmp && mv -f ${out}/ro.tmp ${out}/ro`,
        ],
      };
    case 'format':
      return {
        reads: ['src/a/**'],
        writes: ['src/a/**'],
        workspace,
        run: `find src/a -type f | LC_ALL=C sort | while IFS= read -r f; do if grep -q todo "$f"; then sed 's/todo/done/g' "$f" > "$f.new" && cat "$f.new" > "$f"; rm -f "$f.new"; fi; done; true`,
      };
    case 'sweep':
      return {
        reads: ['docs/**'],
        writes: ['docs/**'],
        workspace,
        run: `find docs -name '*.tmp' -type f -exec rm -f {} +; true`,
      };
    case 'lint':
      return { reads, writes: [], run: `${list} | cksum` };
    case 'values':
      return {
        ...own,
        run: `mkdir -p ${out}; echo "sum=$(${list} | cksum | cut -d' ' -f1)" >> "$PTASK_OUTPUT"; echo ok > ${out}/done`,
      };
    case 'grow':
      return {
        ...own,
        cache: { clean: false },
        run: `mkdir -p ${out} && s=$(${list} | cksum); grep -qxF "$s" ${out}/seen 2>/dev/null || echo "$s" >> ${out}/seen`,
      };
    case 'picky':
      return {
        ...own,
        run: `mkdir -p ${out} && echo half > ${out}/half && ! ${list} | grep -q bad && echo whole > ${out}/whole`,
      };
    case 'swap':
      // A folder at one time, a file at another.
      return {
        ...own,
        run: `mkdir -p ${out}; rm -rf ${out}/x; if [ $(${list} | cksum | cut -d' ' -f1 | tail -c 2) -gt 4 ]; then mkdir ${out}/x && echo in > ${out}/x/y; else echo file > ${out}/x; fi`,
      };
    case 'beside':
      // Writes among files of others.
      return {
        reads,
        writes: ['docs/**'],
        workspace,
        run: `mkdir -p docs && ${list} | cksum > docs/t${index}.made`,
      };
  }
}

export type Edit =
  | { kind: 'write' | 'todo'; at: number; text: number }
  | { kind: 'delete' | 'exec' | 'touch' | 'link' | 'spoil'; at: number }
  | { kind: 'rename'; at: number; to: number }
  | { kind: 'new'; folder: number; name: number; text: number }
  | { kind: 'wipe' }
  | { kind: 'revert' };

export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('write' as const, 'todo' as const), at: fc.nat(40), text: fc.nat(3) }),
    fc.record({
      kind: fc.constantFrom(...(['delete', 'exec', 'touch', 'link', 'spoil', 'spoil'] as const)),
      at: fc.nat(40),
    }),
    fc.record({ kind: fc.constant('rename' as const), at: fc.nat(40), to: fc.nat(3) }),
    fc.record({ kind: fc.constant('new' as const), folder: fc.nat(3), name: fc.nat(4), text: fc.nat(3) }),
    fc.record({ kind: fc.constant('wipe' as const) }),
    fc.record({ kind: fc.constant('revert' as const) }),
  ),
  { maxLength: 3 },
);

const NAMES = ['n1', 'x.tmp', 'bad', 'sub/deep', 'n 2'];

function filesIn(root: string, folder: string): string[] {
  const at = join(root, folder);
  if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(at, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesIn(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
    );
}

/** The same edits of equal trees leave equal trees. @param start what the sources were like in the beginning, by path */
export function edit(root: string, all: readonly Edit[], start: Readonly<Record<string, string>>): void {
  for (const one of all) {
    const sources = DIRS.flatMap((folder) => filesIn(root, folder));
    const outputs = filesIn(root, 'out');
    const pick = (from: string[], at: number): string | undefined => from[at % Math.max(1, from.length)];
    const put = (path: string, text: string): void => {
      const at = join(root, path);
      rmSync(at, { recursive: true, force: true });
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, text);
    };
    switch (one.kind) {
      case 'write':
      case 'todo': {
        const path = pick(sources, one.at);
        if (path !== undefined) put(path, `${one.kind} ${one.text}\n`);
        break;
      }
      case 'new': {
        const path = `${DIRS[one.folder]}/${NAMES[one.name]}`;
        const above = lstatSync(join(root, dirname(path)), { throwIfNoEntry: false });
        if (above === undefined || above.isDirectory()) put(path, `new ${one.text}\n`);
        break;
      }
      case 'delete': {
        const path = pick(sources, one.at);
        if (path !== undefined) rmSync(join(root, path));
        break;
      }
      case 'rename': {
        const path = pick(sources, one.at);
        if (path !== undefined) renameSync(join(root, path), join(root, `${dirname(path)}/r${one.to}`));
        break;
      }
      case 'exec':
      case 'touch':
      case 'link': {
        const path = pick(sources, one.at);
        if (path === undefined || lstatSync(join(root, path)).isSymbolicLink()) break;
        if (one.kind === 'exec') chmodSync(join(root, path), 0o755);
        else if (one.kind === 'touch') utimesSync(join(root, path), 1_000_000_000, 1_000_000_000);
        else {
          rmSync(join(root, path));
          symlinkSync('n1', join(root, path));
        }
        break;
      }
      case 'spoil': {
        const path = pick(outputs, one.at);
        if (path === undefined) break;
        if (one.at % 3 === 0) rmSync(join(root, path));
        else put(path, 'spoilt\n');
        break;
      }
      case 'wipe':
        rmSync(join(root, 'out'), { recursive: true, force: true });
        break;
      case 'revert':
        for (const folder of DIRS) rmSync(join(root, folder), { recursive: true, force: true });
        for (const [path, text] of Object.entries(start)) put(path, text);
    }
  }
}

/** Does one kind of harm to a file of a folder, as far as there is one. */
export function harm(folder: string, seed: number): void {
  const files = filesIn(folder, '.');
  const path = files[seed % Math.max(1, files.length)];
  if (path === undefined) return;
  const at = join(folder, path);
  const bytes = readFileSync(at);
  rmSync(at);
  switch (seed % 4) {
    case 0:
      return;
    case 1:
      writeFileSync(at, bytes.subarray(0, bytes.length >> 1));
      return;
    case 2: {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[seed % flipped.length] = (flipped[seed % flipped.length] ?? 0) ^ 1;
      writeFileSync(at, flipped);
      return;
    }
    default:
      mkdirSync(at);
  }
}
