// Random tasks for the property of the same tree. Each declares honestly: what its outcome depends on in `reads`, what it
// may change in `writes`, both at times wider than need be.

import fc from 'fast-check';

export type Act =
  /** Depends on all that it reads and on the file itself. */
  | { kind: 'digest'; file: string; reads: string[] }
  | { kind: 'line'; file: string; line: number }
  /** These depend on nothing. */
  | { kind: 'append' | 'overwrite' | 'create' | 'link' | 'binary'; file: string }
  | { kind: 'chmod'; file: string; mode: string }
  /** What they do depends on whether the file is there. */
  | { kind: 'delete'; file: string }
  | { kind: 'rename'; file: string; to: string };

export interface Deed {
  acts: Act[];
  wide: boolean;
  needs: number[];
  units: number;
  writesDb: boolean;
  workspace: 'auto' | 'auto' | 'worktree' | 'shared';
  /** Hundredths of a second. */
  delay: number;
}

const TEXTS = ['a', 'a', 'b', 'c', 'd/e', 'd/f', 'r/1', 'r/2', 'ignored/i'];
const NEW = ['n1', 'd/n2', 'o/p/n3', 'ignored/n4', 'd/new'];
const text = fc.constantFrom(...TEXTS);
const fresh = fc.constantFrom(...NEW);

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('digest' as const),
    file: text,
    reads: fc.uniqueArray(fc.constantFrom(...TEXTS, ...NEW), { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('line' as const), file: text, line: fc.integer({ min: 1, max: 24 }) }),
  fc.record({ kind: fc.constant('line' as const), file: text, line: fc.integer({ min: 1, max: 24 }) }),
  fc.record({ kind: fc.constantFrom('append' as const, 'overwrite' as const), file: text }),
  fc.record({ kind: fc.constant('create' as const), file: fresh }),
  fc.record({ kind: fc.constant('link' as const), file: fc.constantFrom('l', 'o/l2') }),
  fc.record({ kind: fc.constant('binary' as const), file: fc.constantFrom('bin', 'o/bin2') }),
  fc.record({
    kind: fc.constant('chmod' as const),
    file: fc.constant('m'),
    mode: fc.constantFrom('755', '644', '600', '750'),
  }),
  fc.record({ kind: fc.constant('delete' as const), file: fc.oneof(text, fresh) }),
  fc.record({ kind: fc.constant('rename' as const), file: text, to: fc.oneof(text, fresh) }),
);

const deed: fc.Arbitrary<Deed> = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 3 }),
  wide: fc.boolean(),
  needs: fc.array(fc.nat({ max: 5 }), { maxLength: 1 }),
  units: fc.constantFrom(0, 0, 1, 2),
  writesDb: fc.boolean(),
  workspace: fc.constantFrom('auto', 'auto', 'auto', 'worktree', 'shared'),
  delay: fc.nat({ max: 12 }),
});

export const deeds = fc.array(deed, { minLength: 2, maxLength: 5 });

const touched = (one: Act): string[] => (one.kind === 'rename' ? [one.file, one.to] : [one.file]);

function readsOf(one: Act): string[] {
  switch (one.kind) {
    case 'digest':
      return [one.file, ...one.reads];
    case 'line':
    case 'delete':
    case 'rename':
      return [one.file];
    default:
      return [];
  }
}

const folder = (file: string): string =>
  file.includes('/') ? `mkdir -p ${file.slice(0, file.lastIndexOf('/'))}; ` : '';

function script(one: Act, id: string): string {
  const { file } = one;
  switch (one.kind) {
    case 'digest':
      return `${folder(file)}seen=$(cat ${[file, ...one.reads].join(' ')} 2>/dev/null | cksum); echo "${id} $seen" >> ${file}`;
    case 'line':
      return `if [ -f ${file} ]; then sed -i '${one.line}s/$/ ${id}/' ${file}; fi`;
    case 'append':
      return `${folder(file)}echo "${id} appends" >> ${file}`;
    case 'overwrite':
    case 'create':
      return `${folder(file)}printf '${id} %s\\n' 1 2 3 > ${file}`;
    case 'link':
      return `${folder(file)}ln -sfn to-${id} ${file}`;
    case 'binary':
      return `${folder(file)}printf '\\000${id}\\001' > ${file}`;
    case 'chmod':
      return `chmod ${one.mode} ${file}`;
    case 'delete':
      return `rm -f ${file}`;
    case 'rename':
      return `${folder(one.to)}if [ -f ${file} ] && [ ${file} != ${one.to} ]; then mv ${file} ${one.to}; fi`;
  }
}

const widened = (path: string): string => (path.includes('/') ? path.replace(/[^/]*$/, '**') : `${path}*`);

export function taskOf(deed: Deed, index: number): Record<string, unknown> {
  const id = `t${index}`;
  const { acts, wide, needs, units, writesDb, workspace, delay } = deed;
  const declared = (paths: string[]): string[] => [...new Set(wide ? paths.map(widened) : paths)];
  const before = needs.filter((need) => need < index).map((need) => `t${need}`);
  return {
    run: [...acts.map((one) => script(one, id)), `sleep 0.${String(delay).padStart(2, '0')}`].join('\n'),
    reads: declared(acts.flatMap(readsOf)),
    writes: declared(acts.flatMap(touched)),
    needs: before,
    resources: { ...(units > 0 ? { units } : {}), ...(writesDb ? { db: 'write' } : {}) },
    workspace,
  };
}
