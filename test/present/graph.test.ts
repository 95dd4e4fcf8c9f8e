import type { Plan } from '../../src/model/plan.ts';
import { edgesOf } from '../../src/model/task-pairs.ts';
import { renderGraph } from '../../src/present/graph.ts';
import { edge, planned, planOf, shopPlan } from '../report/fixtures.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/graph');

/** Names that would be syntax, and three tasks that share two of a kind. */
const odd = planOf([planned('end'), planned('a"b|c<i>'), planned('x\\n#1;', 1)], {
  edges: [edge('end', 'x\\n#1;', { kind: 'write-read', witness: 'a "b"\n&amp;' })],
  exclusions: [
    {
      tasks: ['end', 'a"b|c<i>', 'x\\n#1;'],
      capacity: 2,
      because: { kind: 'resource', resource: 'licence' },
    },
  ],
});

test('mermaid', () => {
  assert.fixture(
    renderGraph(shopPlan(), 'mermaid'),
    `flowchart LR
  subgraph p0["Phase 1"]
    t0["schema"]
    t1["lint"]
  end
  subgraph p1["Phase 2"]
    t2["api"]
    t3["web"]
  end
  subgraph p2["Phase 3"]
    t4["e2e"]
  end
  t0 -->|"write-read: src/generated/client.ts"| t2
  t0 -->|"write-read: src/generated/client.ts"| t3
  t2 -->|"needs"| t4
  t3 -->|"needs"| t4
  t2 -.-|"db.orders"| t3
`,
  );
});

test('mermaid, with names that would be syntax', () => {
  assert.fixture(
    renderGraph(odd, 'mermaid'),
    `flowchart LR
  subgraph p0["Phase 1"]
    t0["end"]
    t1["a#34;b#124;c#60;i#62;"]
  end
  subgraph p1["Phase 2"]
    t2["x#92;n#35;1;"]
  end
  t0 -->|"write-read: a #34;b#34;#92;n#38;amp;"| t2
  x0(["licence, 2 at once"])
  t0 -.- x0
  t1 -.- x0
  t2 -.- x0
`,
  );
});

test('dot', () => {
  assert.fixture(
    renderGraph(shopPlan(), 'dot'),
    `digraph ptask {
  rankdir=LR;
  node [shape=box];
  subgraph cluster_0 {
    label="Phase 1";
    t0 [label="schema"];
    t1 [label="lint"];
  }
  subgraph cluster_1 {
    label="Phase 2";
    t2 [label="api"];
    t3 [label="web"];
  }
  subgraph cluster_2 {
    label="Phase 3";
    t4 [label="e2e"];
  }
  t0 -> t2 [label="write-read: src/generated/client.ts"];
  t0 -> t3 [label="write-read: src/generated/client.ts"];
  t2 -> t4 [label="needs"];
  t3 -> t4 [label="needs"];
  t2 -> t3 [label="db.orders", dir=none, style=dotted, constraint=false];
}
`,
  );
});

test('dot, with names that would be syntax', () => {
  assert.fixture(
    renderGraph(odd, 'dot'),
    `digraph ptask {
  rankdir=LR;
  node [shape=box];
  subgraph cluster_0 {
    label="Phase 1";
    t0 [label="end"];
    t1 [label="a\\"b|c<i>"];
  }
  subgraph cluster_1 {
    label="Phase 2";
    t2 [label="x\\\\n#1;"];
  }
  t0 -> t2 [label="write-read: a \\"b\\"\\\\n&amp;amp;"];
  x0 [label="licence, 2 at once", shape=plaintext];
  t0 -> x0 [dir=none, style=dotted, constraint=false];
  t1 -> x0 [dir=none, style=dotted, constraint=false];
  t2 -> x0 [dir=none, style=dotted, constraint=false];
}
`,
  );
});

test('json', () => {
  const graph = JSON.parse(renderGraph(shopPlan(), 'json'));
  assert.equal(Object.keys(graph), ['strategy', 'phases', 'nodes', 'edges', 'exclusions']);
  assert.equal(graph.nodes[2], { id: 'api', phase: 1, workspace: 'worktree' });
  assert.equal(graph.edges, [...edgesOf(shopPlan())]);
});

test('of many pairs for one reason what all follow from', () => {
  const ids = Array.from({ length: 100 }, (_, at) => `t${at}`);
  const because = { kind: 'write-write', witness: 'a' } as const;
  const lists = [
    [ids],
    [ids.slice(0, 50), ids.slice(50)],
    [ids.slice(0, 10), ids.slice(10, 60), ids.slice(60, 80), ids.slice(80)],
  ];
  const [row, whole, steps] = lists.map((tasks) => ({
    ...planOf(ids.map((id) => planned(id))),
    edges: [{ tasks, because }],
  }));
  const arrows = (plan: typeof row, format: 'dot' | 'mermaid'): string[] =>
    renderGraph(plan as Plan, format)
      .split('\n')
      .filter((line) => line.includes('->'));
  assert.is(arrows(row, 'mermaid').length, 99);
  assert.is(arrows(row, 'mermaid')[98], '  t98 -->|"write-write: a"| t99');
  assert.is(arrows(whole, 'dot').length, 100);
  assert.equal([arrows(whole, 'dot')[0], arrows(whole, 'dot')[99]], ['  t0 -> h0;', '  h0 -> t99;']);
  assert.is(arrows(steps, 'mermaid').length, 101);
  assert.is(arrows(steps, 'mermaid')[60], '  h0 --> h1');
  const json = JSON.parse(renderGraph(row as Plan, 'json'));
  assert.equal([json.edges, json.edgeGroups], [[], row?.edges]);
});
