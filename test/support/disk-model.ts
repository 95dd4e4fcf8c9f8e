/**
 * The states that a disk may be in after a power cut, from what disk-log.cjs has written down. What was brought to the disk is
 * there. Of the rest each name may have come, gone or moved, or not, in any order, but what happens to one name happens in
 * its order, and a move is one step; and a content may be the one of before, nothing, a part, or all of it.
 */
import { chmodSync, linkSync, lutimesSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';

type Place = [folder: number, name: string];
interface State {
  state: true;
  node: number;
  kind: 'file' | 'link' | 'folder';
  content?: string;
  mode: number;
  mtime: number;
}
type Naming = { add: Place; node: number } | { remove: Place } | { move: Place; to: Place };
type Entry = State | Naming | { sync: number } | { begin: true };

export interface DiskLog {
  root: number;
  log: Entry[];
}

/** Where a cut makes a difference: numbers of entries. */
export const cutsOf = ({ log }: DiskLog): number[] => {
  const begin = log.findIndex((entry) => 'begin' in entry) + 1;
  return Array.from({ length: log.length - begin + 1 }, (_, at) => begin + at);
};

/** @param pick a number from 0 that is less than this one: what of the rest has come to the disk */
export function diskAfter({ root, log }: DiskLog, cut: number, pick: (below: number) => number): Disk {
  const disk = new Disk(root);
  for (const entry of log.slice(0, cut)) disk.happen(entry);
  disk.settle(pick);
  return disk;
}

export class Disk {
  readonly #root: number;
  readonly #names = new Map<number, Map<string, number>>();
  #pending: Naming[] = [];
  readonly #durable = new Map<number, State>();
  readonly #latest = new Map<number, State>();

  constructor(root: number) {
    this.#root = root;
  }

  happen(entry: Entry): void {
    if ('begin' in entry) this.settle(() => 0);
    else if ('state' in entry) this.#latest.set(entry.node, entry);
    else if ('sync' in entry) this.#sync(entry.sync);
    else this.#pending.push(entry);
  }

  /** With what has come to the disk by itself; 0 stands for all of it. */
  settle(pick: (below: number) => number): void {
    this.#bring(() => pick(2) === 0);
    this.#pending = [];
    for (const [node, latest] of this.#latest) {
      const old = this.#durable.get(node);
      const whole = Buffer.from(latest.content ?? '', 'base64');
      // A link and what it leads to are one.
      const parts = latest.kind === 'link' ? 1 : 4;
      const part = [whole, whole.subarray(0, whole.length / 2), undefined, Buffer.alloc(0)][pick(parts)];
      const { content } =
        part === undefined && old !== undefined ? old : { content: (part ?? whole).toString('base64') };
      this.#durable.set(node, {
        ...latest,
        ...(latest.kind !== 'folder' && content !== undefined && { content }),
      });
    }
    this.#latest.clear();
  }

  #sync(node: number): void {
    const latest = this.#latest.get(node);
    if (latest !== undefined) this.#durable.set(node, latest);
    this.#latest.delete(node);
    this.#bring((naming) => placesOf(naming).some(([folder]) => folder === node));
  }

  /** What is wanted of the pending names, each with what has happened to the same name before. */
  #bring(isWanted: (naming: Naming) => boolean): void {
    const keys = new Set<string>();
    const needed = new Set<Naming>();
    for (const naming of [...this.#pending].reverse()) {
      const own = placesOf(naming).map(([folder, name]) => `${folder}/${name}`);
      if (!isWanted(naming) && !own.some((key) => keys.has(key))) continue;
      needed.add(naming);
      for (const key of own) keys.add(key);
    }
    for (const naming of this.#pending) if (needed.has(naming)) this.#apply(naming);
    this.#pending = this.#pending.filter((naming) => !needed.has(naming));
  }

  #apply(naming: Naming): void {
    if ('add' in naming) this.#folder(naming.add[0]).set(naming.add[1], naming.node);
    else if ('remove' in naming) this.#folder(naming.remove[0]).delete(naming.remove[1]);
    else {
      const node = this.#folder(naming.move[0]).get(naming.move[1]);
      // It never had that name: then it has none.
      if (node === undefined) return;
      this.#folder(naming.move[0]).delete(naming.move[1]);
      this.#folder(naming.to[0]).set(naming.to[1], node);
    }
  }

  #folder(node: number): Map<string, number> {
    const names = this.#names.get(node) ?? new Map<string, number>();
    this.#names.set(node, names);
    return names;
  }

  /** Makes all of it in an empty folder. */
  write(root: string): void {
    const first = new Map<number, Buffer>();
    const visit = (node: number, path: string): void => {
      const at = Buffer.from(path, 'latin1');
      for (const [name, below] of this.#names.get(node) ?? []) {
        const target = Buffer.from(`${path}/${name}`, 'latin1');
        const {
          kind,
          content = '',
          mode = 0o755,
          mtime = 0,
        } = this.#durable.get(below) ?? { kind: 'folder' };
        const bytes = Buffer.from(content, 'base64');
        const other = first.get(below);
        if (other !== undefined && kind === 'file') linkSync(other, target);
        else if (kind === 'folder') {
          mkdirSync(target);
          visit(below, `${path}/${name}`);
        } else if (kind === 'link') symlinkSync(bytes, target);
        else {
          writeFileSync(target, bytes);
          chmodSync(target, mode);
        }
        lutimesSync(target, mtime, mtime);
        first.set(below, target);
      }
      chmodSync(at, this.#durable.get(node)?.mode ?? 0o755);
    };
    visit(this.#root, root);
  }
}

const placesOf = (naming: Naming): Place[] => {
  if ('add' in naming) return [naming.add];
  return 'remove' in naming ? [naming.remove] : [naming.move, naming.to];
};
