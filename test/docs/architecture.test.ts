// ARCHITECTURE.md against the code: the rooms, who imports whom, the states of a task, the files it names.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { blocksOf } from './blocks.ts';

const test = suite('ARCHITECTURE.md');
const text = readFileSync(join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8');

/** Room → what it may import, from the table. */
const rooms = new Map(
  [...text.matchAll(/^\| `src\/([\w/]+)` *\|[^|]*\|([^|]*)\|$/gm)].map(([, room = '', imports = '']) => [
    room,
    imports
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  ]),
);

const src = join(repositoryRoot, 'src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(?:ts|js|cts|cjs)$/.test(path))
  .map((path) => path.replaceAll('\\', '/'));

/** The innermost room of the table that a file lies in. */
const roomOf = (path: string): string =>
  [...rooms.keys()].filter((room) => path.startsWith(`${room}/`)).sort((a, b) => b.length - a.length)[0] ??
  '';

function importsOf(path: string): string[] {
  const code = readFileSync(join(src, path), 'utf8');
  return [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'(\.[^']+)'/g)].map(([, target = '']) =>
    relative(src, resolve(src, dirname(path), target)).replaceAll('\\', '/'),
  );
}

/** A room in the table of another one's rooms is open to whoever may import that one, and all of them are to it. */
function mayImport(room: string, other: string): boolean {
  const imports = rooms.get(room) ?? [];
  const isOpen = (name: string): boolean => name === other || (name === 'run' && other.startsWith('run/'));
  return imports.some(isOpen) || (room === 'run' && other.startsWith('run/'));
}

test('every file of src but the API lies in a room', () => {
  assert.ok(rooms.size >= 9);
  assert.equal(
    sources.filter((path) => roomOf(path) === ''),
    ['index.ts'],
  );
});

test('no import goes against the table', () => {
  let seen = 0;
  for (const path of sources.filter((each) => each !== 'index.ts')) {
    const room = roomOf(path);
    for (const target of importsOf(path).filter((each) => !each.startsWith('../'))) {
      seen += 1;
      const other = roomOf(target);
      const allowed = other === room || mayImport(room, other);
      assert.ok(
        allowed,
        `src/${path} imports src/${target}, and ${room} may import ${rooms.get(room)?.join(', ')}`,
      );
    }
  }
  assert.ok(seen > 100, `only ${seen} imports were seen`);
});

test('the tables have no circle: each room imports only rooms above it', () => {
  const names = [...rooms.keys()];
  assert.ok(names.filter((name) => name.startsWith('run/')).length >= 10);
  for (const [room, imports] of rooms) {
    for (const other of imports)
      assert.ok(
        names.indexOf(other) >= 0 && names.indexOf(other) < names.indexOf(room),
        `${room} imports ${other}`,
      );
  }
});

test('no two files import each other, by whatever way', () => {
  const state = new Map<string, 'open' | 'done'>();
  const follow = (path: string, way: string[]): void => {
    assert.not.equal(state.get(path), 'open', `a circle: ${[...way, path].join(' → ')}`);
    if (state.has(path)) return;
    state.set(path, 'open');
    for (const target of importsOf(path).filter((each) => sources.includes(each)))
      follow(target, [...way, path]);
    state.set(path, 'done');
  };
  for (const path of sources) follow(path, []);
  assert.is(state.size, sources.length);
});

test('the states are the ones of the schedule, drawn the same way', () => {
  const schedule = readFileSync(join(src, 'run/schedule/schedule.ts'), 'utf8');
  const graph = readFileSync(join(src, 'run/schedule/schedule-graph.ts'), 'utf8');
  const [, union = ''] = /export type State =([^;]+);/.exec(graph) ?? [];
  const states = [...union.matchAll(/'(\w+)'/g)].map(([, state = '']) => state);
  const drawing = blocksOf(text).find((block) => block.text.startsWith('waiting'))?.text ?? '';
  assert.ok(states.length > 5, union);
  assert.equal([...new Set(drawing.match(/\w+/g))].sort(), states.sort());
  const comment = drawing.replace(/^/gm, '//   ').replace(/\/\/ {3}$/, '');
  assert.ok(schedule.includes(comment), 'the drawing in src/run/schedule/schedule.ts is another one');
});

test('every path it names is there', () => {
  const paths = [...text.matchAll(/`((?:src|schema|test|examples|docs|bench|scripts|bin)\/[^`\s]*)`/g)];
  assert.ok(paths.length > 30);
  for (const [, path = ''] of paths) assert.ok(existsSync(join(repositoryRoot, path)), path);
});
