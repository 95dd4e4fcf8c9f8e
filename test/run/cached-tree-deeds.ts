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
import fc from 'fast-check';
import { ancestorsOf, parentOf } from '../../src/base/path-names.ts';
import { type FsPath, locate, type RawPath, rawPathOf } from '../../src/base/raw-path.ts';

const DIRS = ['src/a', 'src/b', 'lib', 'docs'];

const KINDS = [
  ...['concat', 'each', 'odd', 'format', 'sweep', 'lint', 'values', 'grow', 'picky', 'swap', 'beside'],
  ...['verified', 'needing', 'env', 'links', 'through', 'into', 'modes', 'folders', 'bytes', 'stands'],
  ...['flaky', 'chmod', 'emptied'],
] as const;

export interface Deed {
  kind: (typeof KINDS)[number];
  /** Of the folders that it reads, by number; beyond them the outputs of tasks before it. */
  from: number[];
  where: 'shared' | 'worktree' | 'strict';
  onFailure: 'continue' | 'rollback' | 'abort';
}

export const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    from: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 2 }),
    where: fc.constantFrom(...(['shared', 'shared', 'shared', 'shared', 'worktree', 'strict'] as const)),
    onFailure: fc.constantFrom(...(['continue', 'continue', 'rollback', 'abort'] as const)),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Whether what ends when, and so what is cancelled, is a matter of chance. */
export const mayAbort = (all: readonly Deed[]): boolean =>
  all.some(({ kind, onFailure }) => kind === 'picky' && onFailure === 'abort');

/** The folders in which no task changes what it finds: of what is edited in the others meanwhile nobody can tell whose work it is. */
export function readOnly(all: readonly Deed[]): string[] {
  const written: Partial<Record<Deed['kind'], string>> = {
    ...{ format: 'src/a', chmod: 'src/b', emptied: 'lib', sweep: 'docs', beside: 'docs', stands: 'docs' },
  };
  return DIRS.filter((folder) => !all.some(({ kind }) => written[kind] === folder));
}

/** All that lies in some folders, in an order, with names, modes and targets. */
const LIST = (folders: string[]): string =>
  `{ for d in ${folders.join(' ')}; do [ -e "$d" ] && find "$d" ! -type d | LC_ALL=C sort | while IFS= read -r f; do ` +
  `if [ -L "$f" ]; then printf '%s -> %s\\n' "$f" "$(readlink "$f")"; else printf '%s %s\\n' "$f" "$(cksum < "$f")"; [ -x "$f" ] && echo x; fi; done; done; true; }`;

export function taskOf(deed: Deed, index: number, all: readonly Deed[]): object {
  const { kind, where, onFailure } = deed;
  const out = `out/t${index}`;
  const before = all.slice(0, index).map((_, at) => `out/t${at}`);
  const places = [...DIRS, ...before];
  const folders = [...new Set(deed.from.map((at) => places[at % places.length] as string))];
  const reads = folders.map((folder) => `${folder}/**`);
  const list = LIST(folders);
  const place = {
    // Names of such bytes do not come back from a worktree.
    workspace: where === 'worktree' && kind !== 'bytes' ? 'worktree' : 'auto',
    ...(where === 'strict' && { strict: true }),
  };
  const own = { reads, writes: [`${out}/**`], ...place };
  const make = `mkdir -p ${out}`;
  switch (kind) {
    case 'concat':
      return { ...own, run: `${make} && ${list} > ${out}/all && echo made` };
    case 'each':
      return {
        ...own,
        run: `${make} && ${list} | cksum > ${out}/sum && ${list} | LC_ALL=C sed 's/[^A-Za-z0-9]/_/g' | cut -c1-60 | while read -r n; do mkdir -p "${out}/per/$n" && echo "$n" > "${out}/per/$n/f"; done`,
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
        ...place,
        run: `find src/a -type f | LC_ALL=C sort | while IFS= read -r f; do if grep -q todo "$f"; then sed 's/todo/done/g' "$f" > "$f.new" && cat "$f.new" > "$f"; rm -f "$f.new"; fi; done; true`,
      };
    case 'sweep':
      return {
        reads: ['docs/**'],
        writes: ['docs/**'],
        ...place,
        run: `find docs -name '*.tmp' -type f -exec rm -f {} +; true`,
      };
    case 'emptied':
      // The folders stay.
      return {
        reads: ['lib/**'],
        writes: ['lib/**'],
        ...place,
        run: 'find lib -type f -name "*n*" -delete; true',
      };
    case 'chmod':
      return {
        reads: ['src/b/**'],
        writes: ['src/b/**'],
        ...place,
        run: `find src/b -type f -name 'n*' -exec chmod 755 {} +; find src/b -type f -name 't*' -exec chmod 644 {} +; true`,
      };
    case 'lint':
      return { reads, writes: [], run: `${list} | cksum` };
    case 'values':
      return {
        ...own,
        run: `${make}; echo "sum=$(${list} | cksum | cut -d' ' -f1)" >> "$PTASK_OUTPUT"; echo "handoff: $(${list} | cksum)" >> "$PTASK_LOG"; echo ok > ${out}/done`,
      };
    case 'needing': {
      const needs = all.slice(0, index).flatMap((other, at) => (other.kind === 'values' ? [`t${at}`] : []));
      return {
        ...own,
        needs,
        run: `${make}; { cat "$PTASK_OUTPUTS"; cat "$PTASK_HANDOFF"; } > ${out}/given 2> ${out}/none`,
      };
    }
    case 'env':
      return {
        ...own,
        env: { FIXED: 'fixed' },
        run: `${make}; echo "$FIXED,$ASKED_ONE,$FROM_FILE,$NOBODYS,$TZ" > ${out}/env`,
      };
    case 'verified':
      return {
        ...own,
        cwd: 'base',
        run: [
          `mkdir -p ../${out}`,
          `(cd .. && ${list}) > ../${out}/all`,
          `pwd | sed 's:.*/::' > ../${out}/where`,
        ],
        verify: `test -f ../${out}/all`,
      };
    case 'links':
      return {
        ...own,
        run: `${make}/in; echo in > ${out}/in/f; ln -sfn in ${out}/there; ln -sfn ../../src/b ${out}/source; ln -sfn source ${out}/twice; ln -sfn ../../${folders[0]} ${out}/read; ${list} > ${out}/all`,
      };
    case 'through':
      return {
        reads: ['ln/**'],
        writes: [`${out}/**`],
        ...place,
        run: `${make}; for f in ln/*; do [ -f "$f" ] && cat "$f"; done > ${out}/all; true`,
      };
    case 'into':
      return { reads, writes: ['lw/**'], ...place, run: `${list} > lw/t${index}.made` };
    case 'modes':
      return {
        ...own,
        run: `mkdir -p ${out}/own ${out}/closed ${out}/bare && ${list} > ${out}/own/f && chmod 600 ${out}/own/f && chmod 700 ${out}/own ${out}/bare && echo > ${out}/closed/f && chmod 555 ${out}/closed`,
      };
    case 'folders':
      return {
        reads: ['src/a/**', 'src/b/**'],
        writes: [`${out}/**`],
        ...place,
        run: `mkdir -p ${out}/some/empty && { find src/a src/b -type d 2> ${out}/none | LC_ALL=C sort; true; } > ${out}/all`,
      };
    case 'bytes':
      return {
        ...own,
        run: `${make}/"$(printf '\\377\\376')" && ${list} > ${out}/"$(printf '\\377\\376')"/"$(printf '\\300')"`,
      };
    case 'grow':
      return {
        ...own,
        cache: { clean: false },
        run: `${make} && s=$(${list} | cksum); grep -qxF "$s" ${out}/seen 2>/dev/null || echo "$s" >> ${out}/seen`,
      };
    case 'picky':
      return {
        ...own,
        onFailure,
        run: `${make} && echo half > ${out}/half && ! ${list} | grep -q bad && echo whole > ${out}/whole`,
      };
    case 'flaky':
      return {
        ...own,
        retry: { times: 1, delay: '0s' },
        run: `[ "$PTASK_ATTEMPT" != 1 ] && ${make} && ${list} > ${out}/all`,
      };
    case 'swap':
      // A folder at one time, a file at another.
      return {
        ...own,
        run: `${make}; rm -rf ${out}/x; if ${odd(list)}; then mkdir ${out}/x && echo in > ${out}/x/y; else echo file > ${out}/x; fi`,
      };
    case 'stands':
      // The same among files of others.
      return {
        reads,
        writes: ['docs/**'],
        ...place,
        run: `mkdir -p docs; rm -rf docs/st; if ${odd(list)}; then mkdir -p docs/st/z && echo in > docs/st/y; else echo file > docs/st; fi`,
      };
    case 'beside':
      return {
        reads,
        writes: ['docs/**'],
        ...place,
        run: `s=$(${list} | cksum); mkdir -p docs && echo "$s" > docs/t${index}.made`,
      };
  }
}

/** One in two, by what it reads. */
const odd = (list: string): string => `[ $(${list} | cksum | cut -d' ' -f1 | tail -c 2) -gt 4 ]`;

export type Edit =
  | { kind: 'write' | 'todo'; at: number; text: number }
  | { kind: 'delete' | 'exec' | 'closed' | 'touch' | 'link' | 'spoil' | 'rmdir'; at: number }
  | { kind: 'mkdir' | 'relink' | 'dotenv'; folder: number }
  | { kind: 'rename'; at: number; to: number }
  | { kind: 'new'; folder: number; name: number; text: number }
  | { kind: 'wipe' }
  | { kind: 'revert' };

export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('write' as const, 'todo' as const), at: fc.nat(40), text: fc.nat(3) }),
    fc.record({
      kind: fc.constantFrom(
        ...(['delete', 'exec', 'closed', 'touch', 'link', 'spoil', 'spoil', 'rmdir'] as const),
      ),
      at: fc.nat(40),
    }),
    fc.record({
      kind: fc.constantFrom(...(['mkdir', 'relink', 'dotenv'] as const)),
      folder: fc.nat(3),
    }),
    fc.record({ kind: fc.constant('rename' as const), at: fc.nat(40), to: fc.nat(3) }),
    fc.record({ kind: fc.constant('new' as const), folder: fc.nat(3), name: fc.nat(7), text: fc.nat(3) }),
    fc.record({ kind: fc.constant('wipe' as const) }),
    fc.record({ kind: fc.constant('revert' as const) }),
  ),
  { maxLength: 3 },
);

const NAMES = ['n1', 'x.tmp', 'bad', 'sub/deep', 'n 2', 'st', 'st/in', 'o\xff\xfe'];

const at = (root: string, path: string): FsPath => locate(root, path as RawPath);
const kindAt = (root: string, path: string) => lstatSync(at(root, path), { throwIfNoEntry: false });

/** Files and links, or folders, by the bytes of their names. */
function foundIn(root: string, folder: string, what: 'files' | 'folders' = 'files'): string[] {
  if (kindAt(root, folder)?.isDirectory() !== true) return [];
  return readdirSync(at(root, folder), { encoding: 'buffer' })
    .map((name) => `${folder}/${rawPathOf(name)}`)
    .sort()
    .flatMap((path) => {
      if (!kindAt(root, path)?.isDirectory()) return what === 'files' ? [path] : [];
      return [...(what === 'folders' ? [path] : []), ...foundIn(root, path, what)];
    });
}

/** The same edits of equal trees leave equal trees. @param start what the sources were like in the beginning, by path */
export function edit(
  root: string,
  all: readonly Edit[],
  start: Readonly<Record<string, string>>,
  dirs: readonly string[] = DIRS,
): void {
  const put = (path: string, text: string): void => {
    const above = parentOf<string>(path);
    // Something else may stand there by now.
    for (const folder of [...ancestorsOf<string>(path)])
      if (kindAt(root, folder)?.isDirectory() === false) rmSync(at(root, folder));
    rmSync(at(root, path), { recursive: true, force: true });
    mkdirSync(at(root, above), { recursive: true });
    writeFileSync(at(root, path), text);
  };
  const pick = (from: string[], number: number): string | undefined =>
    from[number % Math.max(1, from.length)];
  for (const one of all) {
    const sources = dirs.flatMap((folder) => foundIn(root, folder));
    switch (one.kind) {
      case 'write':
      case 'todo': {
        const path = pick(sources, one.at);
        if (path !== undefined) put(path, `${one.kind} ${one.text}\n`);
        break;
      }
      case 'new':
        put(`${dirs[one.folder % dirs.length]}/${NAMES[one.name]}`, `new ${one.text}\n`);
        break;
      case 'mkdir':
        if (!kindAt(root, `${dirs[one.folder % dirs.length]}/new`))
          mkdirSync(at(root, `${dirs[one.folder % dirs.length]}/new/er`), { recursive: true });
        break;
      case 'rmdir': {
        const path = pick(
          dirs.flatMap((folder) => foundIn(root, folder, 'folders')),
          one.at,
        );
        if (path !== undefined) rmSync(at(root, path), { recursive: true });
        break;
      }
      case 'relink':
        rmSync(at(root, 'ln'));
        symlinkSync(DIRS[one.folder] as string, at(root, 'ln'));
        break;
      case 'dotenv':
        writeFileSync(at(root, '.env'), `FROM_FILE=${one.folder}\n`);
        break;
      case 'delete': {
        const path = pick(sources, one.at);
        if (path !== undefined) rmSync(at(root, path));
        break;
      }
      case 'rename': {
        const path = pick(sources, one.at);
        const to = path && `${parentOf<string>(path)}/r${one.to}`;
        if (path === undefined || to === undefined || kindAt(root, to)?.isDirectory()) break;
        renameSync(at(root, path), at(root, to));
        break;
      }
      case 'exec':
      case 'closed':
      case 'touch':
      case 'link': {
        const path = pick(sources, one.at);
        if (path === undefined || kindAt(root, path)?.isSymbolicLink()) break;
        if (one.kind === 'exec') chmodSync(at(root, path), 0o755);
        else if (one.kind === 'closed') chmodSync(at(root, path), one.at % 2 === 0 ? 0o600 : 0o444);
        else if (one.kind === 'touch') utimesSync(at(root, path), 1_000_000_000, 1_000_000_000);
        else {
          rmSync(at(root, path));
          symlinkSync('n1', at(root, path));
        }
        break;
      }
      case 'spoil': {
        const path = pick(foundIn(root, 'out'), one.at);
        if (path === undefined) break;
        if (one.at % 4 === 0) rmSync(at(root, path));
        else if (one.at % 4 === 1 && !kindAt(root, path)?.isSymbolicLink()) chmodSync(at(root, path), 0o640);
        else put(path, 'spoilt\n');
        break;
      }
      case 'wipe':
        rmSync(at(root, 'out'), { recursive: true, force: true });
        break;
      case 'revert':
        for (const folder of dirs) rmSync(at(root, folder), { recursive: true, force: true });
        for (const [path, text] of Object.entries(start))
          if (dirs.includes(parentOf<string>(path))) put(path, text);
    }
  }
}

/** Does one kind of harm to a file of a folder, as far as there is one. */
export function harm(folder: string, seed: number): void {
  const files = foundIn(folder, '.');
  const path = files[seed % Math.max(1, files.length)];
  if (path === undefined) return;
  const file = at(folder, path);
  const bytes = readFileSync(file);
  rmSync(file);
  switch (seed % 4) {
    case 0:
      return;
    case 1:
      writeFileSync(file, bytes.subarray(0, bytes.length >> 1));
      return;
    case 2: {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[seed % flipped.length] = (flipped[seed % flipped.length] ?? 0) ^ 1;
      writeFileSync(file, flipped);
      return;
    }
    default:
      mkdirSync(file);
  }
}
