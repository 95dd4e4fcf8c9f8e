/** The tools say graphs in their own words; what is pinned for them is theirs alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copies, type Graph, independent, layered, readers } from '../../bench/graphs/graph.ts';
import { lackOfProof, proving } from '../../bench/graphs/proof.ts';
import { tools } from '../../bench/tools/index.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('bench/tools');
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

const graphs: Record<string, Graph> = {
  independent: independent(3, 'true', 2),
  //   l0-0  l0-1
  //     │╲  ╱│       each after all of the layer above
  //   l1-0  l1-1
  layers: layered({ depth: 2, width: 2, fanIn: 2 }, 'true', 2),
  copies: copies(3, 2).graph,
  unchanged: readers(3, 2, 2).graph,
};

test('a layer needs all of the one above, or some of it', () => {
  const needs = (graph: Graph) =>
    Object.entries(graph.tasks).map(([id, task]) => [id, ...(task.needs ?? [])]);
  assert.equal(needs(graphs.layers as Graph), [
    ['l0-0'],
    ['l0-1'],
    ['l1-0', 'l0-0', 'l0-1'],
    ['l1-1', 'l0-1', 'l0-0'],
  ]);
  const three = layered({ depth: 2, width: 3, fanIn: 2 }, 'true', 2);
  assert.equal(needs(three).at(-1), ['l1-2', 'l0-2', 'l0-0']);
  assert.is(three.layers, undefined, 'layers would say more than the graph does');
});

for (const tool of tools) {
  test(`${tool.name} has all tasks of a graph in its words, or says why it cannot`, () => {
    for (const [name, graph] of Object.entries(graphs)) {
      if (tool.cannot?.(graph) !== undefined) continue;
      const words = [...Object.values(tool.files(graph)), ...tool.run(graph)].join('\n');
      const times = Object.values(graph.tasks).reduce((sum, { run }) => sum + words.split(run).length - 1, 0);
      assert.ok(times >= Object.keys(graph.tasks).length, `${name}: ${words}`);
    }
  });
}

test('files are named one by one to tools that know no globs, and by these to others', () => {
  const graph = graphs.unchanged as Graph;
  for (const tool of tools.filter((one) => one.cannot?.(graph) === undefined)) {
    const words = Object.values(tool.files(graph)).join('\n');
    const isGlob = words.includes('in/t1/*.txt"');
    assert.is(isGlob, !['make', 'ninja'].includes(tool.name), tool.name);
    assert.is(words.includes('in/t1/2.txt'), !isGlob, tool.name);
  }
});

test('ptask keeps results where that is asked for', () => {
  const ptask = tools.find(({ name }) => name === 'ptask');
  const config = (name: string) => ptask?.files(graphs[name] as Graph)['parallel.config.yaml'] ?? '';
  assert.match(config('unchanged'), /^cache: true\ntasks:\n/);
  assert.not.match(config('independent'), /cache/);
});

test('a body proves that it ran once, after what it needs', () => {
  const folder = tempDir();
  const graph = graphs.layers as Graph;
  const run = proving(graph, '/proofs').tasks['l1-0']?.run;
  assert.is(run, 'test -e /proofs/l0-0 && test -e /proofs/l0-1 && echo done >> /proofs/l1-0');
  write(folder, { 'l0-0': 'done\n', 'l0-1': 'done\ndone\n', 'l1-0': 'done\n' });
  assert.is(lackOfProof(graph, folder), '2 of 4 bodies did not run once: l0-1 2 times, l1-1 0 times');
  write(folder, { 'l0-1': 'done\n', 'l1-1': 'done\n' });
  assert.is(lackOfProof(graph, folder), undefined);
});

test('proofs in a folder whose name means something to a shell are refused', () => {
  assert.throws(() => proving(graphs.layers as Graph, '/a folder'), /a path without/);
});

test('the other runners are pinned, and installed by nothing but their own package', () => {
  const peers = JSON.parse(read('bench/peers/package.json'));
  const pinned: Record<string, string> = { ...peers.dependencies, ...peers.optionalDependencies };
  for (const [name, version] of Object.entries(pinned)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  for (const { peer } of tools) if (peer !== undefined) assert.ok(pinned[peer], `${peer} is not pinned`);
  const { devDependencies, files } = JSON.parse(read('package.json'));
  for (const name of Object.keys(pinned)) assert.is(devDependencies[name], undefined, name);
  assert.equal(
    files.filter((path: string) => path.startsWith('bench')),
    ['bench/README.md'],
  );
});

test('their lock file names no registry', () => {
  const { packages } = JSON.parse(read('bench/peers/package-lock.json'));
  assert.ok(Object.keys(packages).length > 100);
  for (const [path, entry] of Object.entries<{ resolved?: string; integrity?: string }>(packages)) {
    assert.is(entry.resolved, undefined, path);
    if (path !== '') assert.ok(entry.integrity, path);
  }
});
