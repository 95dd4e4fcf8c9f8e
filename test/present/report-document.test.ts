import fc from 'fast-check';
import { marked, type Token } from 'marked';
import type { Blame, Report } from '../../src/model/report.ts';
import { markdown } from '../../src/present/markdown.ts';
import { blockQuote, codeSpan, escapeMarkdown, fencedBlock } from '../../src/present/markdown-text.ts';
import { reportDocument } from '../../src/present/report-document.ts';
import { cachedRun, warmRun } from '../report/cached.ts';
import {
  ends,
  finished,
  foldReport,
  planned,
  planOf,
  shopFailure,
  shopSuccess,
  started,
} from '../report/fixtures.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/report-document');
const reportMarkdown = (report: Report): string => markdown(reportDocument(report));

test('a failed run', () => {
  assert.fixture(
    reportMarkdown(foldReport(shopFailure())),
    `# ⚠️ PARALLEL-20250314-092653-589: partial

- Execution ID: \`PARALLEL-20250314-092653-589\`
- Strategy: **C** (phased), up to 4 tasks in parallel
- Status: ⚠️ **partial**, 3 passed, 1 failed, 1 skipped
- Started: 2025-03-14T09:26:53.589Z
- Took: 4.1s

## What failed first

**\`api\`** failed: its verify failed, exit code 1 (1.9s, 2 attempts).

The end of its output:

\`\`\`text
1) creates an order
   expected 201, got 500
\`\`\`

Full output: \`tasks/api.out\`

## What did not finish

- skipped because api failed: \`e2e\`

## Tasks

| Task | Status | Duration | Attempts | Files changed |
| --- | --- | ---: | ---: | ---: |
| \`schema\` | ✅ passed | 1.2s | 1 | 1 |
| \`lint\` | ✅ passed | 2.5s | 1 | 0 |
| \`api\` | ❌ failed: its verify failed | 1.9s | 2 | 0 |
| \`web\` | ✅ passed | 989ms | 1 | 1 |
| \`e2e\` | ⏭️ skipped: api failed |   | 0 | 0 |

## Integration

- mode: **apply**, results are applied to the shared tree as uncommitted changes
- merged: \`web\`

## Validation

| Step | Status | Duration |
| --- | --- | ---: |
| types | ⏭️ skipped: not every task passed |   |

## Time

| Measure | Value | Meaning |
| --- | ---: | --- |
| Duration | 4.1s | wall time, validation included |
| Work | 6.5s | all attempts and validation steps, without waits and dropped results |

## Waits

| Waiting for | Time lost | Tasks |
| --- | ---: | --- |
| its next attempt | 100ms | \`api\` |

## Files changed

### schema

- modified \`src/generated/client.ts\`

### web

- created \`src/api/routes.ts\`

## Logs

In \`.ptask/runs/PARALLEL-20250314-092653-589/\`:

- \`orchestrator.md\`: what was decided, and why
- \`tasks/<task>.md\`: the log of each task that had something to say
- \`tasks/<task>.out\`: everything it printed
- \`events.ndjson\`: everything that happened, for programs
`,
  );
});

test('the tasks that broke a validation step are named', () => {
  const output = { bytes: 0, tail: [] };
  const validated = { at: 3, name: 'types', status: 'failed', exitCode: 2, durationMs: 1, output } as const;
  const text = (blame: Blame): string =>
    reportMarkdown(
      foldReport([
        started(planOf([planned('a|b')]), { validation: ['types'] }),
        ends('a|b', 1, 1),
        { type: 'validation-started', at: 2, name: 'types' },
        { type: 'validation-finished', ...validated, log: 'validation/1.out' },
        { type: 'validation-blamed', at: 4, name: 'types', blame },
        finished(5),
      ]),
    );
  const cost = { replays: 1, durationMs: 1_000, tasks: [] };
  assert.match(
    text({ ...cost, status: 'found', tasks: ['a|b'] }),
    '- types: broken by `a\\|b` (1 replay, 1.0s)',
  );
  assert.match(
    text({ ...cost, status: 'found', tasks: ['a|b'] }),
    '**validation step `types`** failed: exit code 2 (1ms); broken by `a\\|b` (1 replay, 1.0s).',
  );
  assert.match(text({ ...cost, status: 'broken-before' }), 'it fails without any of the tasks');
  assert.match(text({ ...cost, status: 'not-reproduced' }), 'no task is to blame for certain');
  assert.match(
    text({ ...cost, replays: 0, status: 'not-possible', reason: 'there is no git' }),
    'could not find out which task broke it: there is no git',
  );
});

test('a good run', () => {
  assert.fixture(
    reportMarkdown(foldReport(shopSuccess())),
    `# ✅ PARALLEL-20250314-092653-589: complete

- Execution ID: \`PARALLEL-20250314-092653-589\`
- Strategy: **C** (phased), up to 4 tasks in parallel
- Status: ✅ **complete**, 5 passed
- Started: 2025-03-14T09:26:53.589Z
- Took: 5.5s

## Tasks

| Task | Status | Duration | Attempts | Files changed |
| --- | --- | ---: | ---: | ---: |
| \`schema\` | ✅ passed | 1.2s | 1 | 1 |
| \`lint\` | ✅ passed | 2.5s | 1 | 0 |
| \`api\` | ✅ passed | 1.9s | 1 | 0 |
| \`web\` | ✅ passed | 989ms | 1 | 0 |
| \`e2e\` | ✅ passed | 899ms | 1 | 0 |

## Integration

- mode: **apply**, results are applied to the shared tree as uncommitted changes
- merged in this order: \`api\` and \`web\`

## Validation

| Step | Status | Duration |
| --- | --- | ---: |
| types | ✅ passed | 499ms |
| docs | ⏭️ skipped: nothing it watches changed |   |

## Time

| Measure | Value | Meaning |
| --- | ---: | --- |
| Duration | 5.5s | wall time, validation included |
| Work | 8.0s | all attempts and validation steps, without waits and dropped results |
| Critical path | 4.0s | \`schema\` → \`api\` → \`e2e\` |
| Speedup | 1.45× | compared to sequential: measured work over wall time |

## Files changed

### schema

- modified \`src/generated/client.ts\`

## Logs

In \`.ptask/runs/PARALLEL-20250314-092653-589/\`:

- \`orchestrator.md\`: what was decided, and why
- \`tasks/<task>.md\`: the log of each task that had something to say
- \`tasks/<task>.out\`: everything it printed
- \`events.ndjson\`: everything that happened, for programs

## How to speed up the next run

1. api is 48% of the critical path, 1.9s of 4.0s, and no run is faster than that path; split it, or speed it up (saves up to 1.9s)
`,
  );
});

test('a run with a cache: what came from it, and of the rest why not', () => {
  const text = reportMarkdown(foldReport(cachedRun()));
  assert.match(text, '\n- Status: ✅ **complete**, 3 passed, 1 cached, saved 1m 20s\n');
  assert.match(text, '\n| `build` | ✅ passed: cached (saved 1m 20s) |   | 0 | 1 |\n');
  assert.match(
    text,
    `## Cache

1 hit, 1 miss.

| Not in the cache | Because | Kept now |
| --- | --- | --- |
| \`test\` | src/a.ts changed and CI is now set | no: src/a.ts changed while it ran |
`,
  );
  assert.match(
    text,
    '\n| Saved | 1m 20s | by the cache: what its hits took when they ran, no part of work and speedup |\n',
  );
});

test('of a run that only took from the cache nothing is compared with sequential', () => {
  const text = reportMarkdown(foldReport(warmRun()));
  assert.match(text, '## Cache\n\n2 hits, 0 misses.\n\n## Time\n');
  assert.not.match(text, 'Speedup');
  assert.not.match(text, 'Critical path');
});

test('nothing that a task says becomes markdown or HTML', () => {
  const reason = 'a | b\n<script>alert(1)</script> *x* [y](z) `q`';
  const tail = ['\x1b[31m```', '````', '</details>', 'a\u0000b'];
  const failed = { status: 'failed', exitCode: 2, reason, output: { bytes: 9, tail } } as const;
  const text = reportMarkdown(
    foldReport([started(planOf([planned('a')])), ends('a', 5, 5, failed), finished(5)]),
  );
  assert.match(
    text,
    '| `a` | ❌ failed: a \\| b &lt;script&gt;alert(1)&lt;/script&gt; \\*x\\* \\[y\\](z) \\`q\\` | 5ms | 1 | 0 |',
  );
  assert.match(text, '\n\n`````text\n```\n````\n</details>\nab\n`````\n');
});

test('a cell is one line, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const cell of [escapeMarkdown(text), codeSpan(text)]) {
        assert.not.match(cell, /[\r\n]/);
        assert.not.match(cell.replaceAll('\\\\', ''), /(?<!\\)\|/);
      }
      assert.not.match(escapeMarkdown(text), /[<>]/);
    }),
  );
});

test('the fence is longer than any backticks inside', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('`', '```', '``````', 'x')), (lines) => {
      const block = fencedBlock(lines);
      const fence = /^`+/.exec(block)?.[0] ?? '';
      assert.ok(fence.length >= 3 && block.endsWith(`\n${fence}`));
      assert.not.match(block.slice(fence.length, -fence.length), fence);
    }),
  );
});

test('code spans hold backticks', () => {
  assert.equal(
    [codeSpan('a'), codeSpan('a`b'), codeSpan('`a'), codeSpan('a|b')],
    ['`a`', '``a`b``', '`` `a ``', '`a\\|b`'],
  );
});

test('names with single underscores stay readable', () => {
  assert.equal([escapeMarkdown('snake_case'), escapeMarkdown('_x_')], ['snake_case', '\\_x\\_']);
});

/** All that a reader of markdown makes of a text, in the order of its kinds. */
function kindsOf(markdown: string): Set<string> {
  const kinds = new Set<string>();
  marked.walkTokens(marked.lexer(markdown), (token: Token) => void kinds.add(token.type));
  return kinds;
}

/** Addresses that stand in the text become links by themselves; what has a text of its own may lie. */
function activeIn(markdown: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    const isLink = token.type === 'image' || (token.type === 'link' && token.text !== token.href);
    if (['html', 'def'].includes(token.type) || isLink) found.push(token.raw);
  });
  return found;
}

test('HTML, pictures and links of somebody else are text, however they are written', () => {
  const IMG = '<img src="http://x/y">';
  const hostile = [
    ...[
      IMG,
      `\\\`${IMG}\\\``,
      `\\\\\`a\` ${IMG} \`b\``,
      `\` ${IMG} \`\``,
      `\`\`\n\`\` ${IMG} \`\``,
      `a \`\nb\` ${IMG} \``,
    ],
    ...[
      `\`\`\` a\`b\n${IMG}`,
      `- a\n\n  \`\`\`\n${IMG}`,
      `  \`\`\`\ncode\n\`\`\`\n${IMG}`,
      `> \`\`\`\n\n${IMG}`,
    ],
    ...[
      `1. ~~~\n${IMG}\n~~~\n${IMG}`,
      `\`\`\`\ncode\n   \`\`\`\n${IMG}`,
      `<!--\n${IMG}\n-->`,
      `~~~ \`\n~~~\n${IMG}`,
    ],
    ...[
      '![a](http://x/y)',
      '[a](http://x/y)',
      '[a][b]\n\n[b]: http://x/y',
      '[b]: <http://x/y>',
      '\\[a\\](http://x)',
    ],
    ...['[a\\](http://x/y)', '![a\\\\](http://x/y)', '<http://x/y>', '[b]\n\n   [b]:\n   http://x/y'],
  ];
  for (const text of hostile) {
    assert.equal(activeIn(blockQuote(text)), [], text);
    assert.equal(activeIn(`- told:\n\n${blockQuote(text).replace(/^/gm, '  ')}\n`), [], text);
    assert.equal(activeIn(`a ${escapeMarkdown(text)} b`), [], text);
    assert.equal(activeIn(`| ${codeSpan(text)} |\n| --- |\n| ${codeSpan(text)} |`), [], text);
    assert.equal(activeIn(fencedBlock(text.split('\n'))), [], text);
  }
  const part = fc.constantFrom(
    ...[
      '`',
      '``',
      '```',
      '~~~',
      '\\',
      '\n',
      '\n\n',
      ' ',
      '  ',
      '    ',
      '- ',
      '1. ',
      '> ',
      'a',
      IMG,
      '<!--',
      '[',
      ']',
      '(',
      ')',
    ],
    ...['![', '](http://x/y)', ']: http://x/y', '<http://x/y>', '|', '\t'],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
      const text = parts.join('');
      assert.equal(activeIn(blockQuote(text)), [], JSON.stringify(text));
      assert.equal(activeIn(`a ${escapeMarkdown(text)} b`), [], JSON.stringify(text));
    }),
    { numRuns: 5_000 },
  );
});

test('of what somebody else has written in markdown headings, lists and code stay', () => {
  const text = '## Title\n\n- one `a<b>` two\n- [ ] three\n\n```ts\nconst a: Array<b> = [];\n```\n';
  const kinds = kindsOf(blockQuote(text));
  for (const kind of ['blockquote', 'heading', 'list', 'codespan', 'code']) assert.ok(kinds.has(kind), kind);
  assert.match(blockQuote(text), '`a<b>`');
  assert.match(blockQuote(text), 'Array<b>');
});
