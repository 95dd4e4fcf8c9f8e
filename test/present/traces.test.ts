import fc from 'fast-check';
import { markdown, sectionMarkdown } from '../../src/present/markdown.ts';
import { reportDocument } from '../../src/present/report-document.ts';
import { traces } from '../../src/present/traces.ts';
import { ends, finished, foldReport, planned, planOf, started } from '../report/fixtures.ts';
import {
  clash,
  cleans,
  collides,
  collidingRun,
  resolvedRun,
  restores,
  stray,
  unresolvedRun,
} from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/traces');

type Events = Parameters<typeof foldReport>[0];
const sections = (events: Events) =>
  traces(foldReport(events))
    .filter(({ blocks }) => blocks.length > 0)
    .map(sectionMarkdown)
    .join('\n\n');

test('nothing is said where nothing was isolated, strayed, put back or kept', () => {
  assert.is(sections([started(planOf([planned('a')])), ends('a', 1, 1), finished(2)]), '');
});

test('a collision that came right, strays and cleanup', () => {
  assert.fixture(
    sections(collidingRun()),
    `## Integration

- mode: **apply**, results are applied to the shared tree as uncommitted changes
- merged in this order: \`api\` and \`web\`
- conflicts: 1 path

### \`web\` conflicts with \`api\` in \`src/api/routes.ts\`: rerun on top of \`api\`

- \`api\` modified it, 12 lines added, 3 removed
- \`web\` modified it, 1 line added, 3 removed

Added by \`api\`:

\`\`\`text
app.get('/orders', list)
\`\`\`

## Strays

### \`web\` changed 3 files outside its writes: \`package-lock.json\`, \`public/a.js\` and \`public/b.js\`

to declare them, add under its writes:

\`\`\`yaml
- package-lock.json
- public/**
\`\`\`

### \`e2e\` changed 1 file outside its writes (or \`lint\` did, which ran at the same time): \`*notes*\`

to declare them, add under its writes:

\`\`\`yaml
- '*notes*'
\`\`\`

## Cleanup

- removed 2 worktrees and 2 branches`,
  );
});

test('a collision that nothing decided', () => {
  assert.fixture(
    sections(unresolvedRun()),
    `## Integration

- mode: **apply**, results are applied to the shared tree as uncommitted changes
- conflicts: 1 path

### \`web\` conflicts with \`api\` in \`src/api/routes.ts\` (unresolved)

- \`api\` modified it, 12 lines added, 3 removed
- \`web\` modified it, 1 line added, 3 removed

Added by \`api\`:

\`\`\`text
app.get('/orders', list)
\`\`\`

## Restored

- restored 12 files
- left as they are, since no task declares to write them: \`notes.txt\`

## Branches kept

- \`task/api\` of \`api\`: its result is not in the tree
- \`task/web\` of \`web\`: it collided with api

to see what one contains, and to merge it:

\`\`\`sh
git diff HEAD...task/api
git merge task/api
git diff HEAD...task/web
git merge task/web
\`\`\`

## Cleanup

- removed 2 worktrees`,
  );
  const text = markdown(reportDocument(foldReport(unresolvedRun())));
  assert.match(text, '| `api` | ↩️ rolled back: web failed |');
  assert.match(text, '### api (restored)');
});

test('every dropped line is in the report', () => {
  const lines = Array.from({ length: 400 }, (_, at) => `line ${at}`);
  const text = sections(
    resolvedRun(clash({ resolution: 'theirs', reason: 'a | b', discarded: [{ task: 'api', lines }] })),
  );
  assert.match(text, 'kept the version of `web` (a \\| b), dropped 400 lines of `api`');
  assert.match(text, `Dropped from \`api\`:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``);
});

test('the modes say what they do', () => {
  assert.match(sections(collidingRun({ integrate: 'merge' })), '- mode: **merge**, each task is a commit');
  assert.match(
    sections(collidingRun({ integrate: 'branches' })),
    '- mode: **branches**, each task is left on',
  );
});

test('many of each are counted, and those beyond are named', () => {
  const conflicts = Array.from({ length: 200 }, (_, at) =>
    clash({ path: `p${at}`, tasks: ['web', `t${at}`] }),
  );
  const kept = Array.from({ length: 30 }, (_, at) => ({
    task: `t${at}`,
    branch: `task/t${at}`,
    reason: 'kept',
  }));
  const strays = Array.from({ length: 300 }, (_, at) => stray(`s${at}`));
  const text = sections([
    started(planOf([planned('web')])),
    collides('web', 1, ...conflicts),
    ends('web', 2, 1, { strays }),
    restores(3, ['web'], 0, ['left']),
    cleans(4, { kept, problems: ['it was left: stuck'] }),
    finished(5),
  ]);
  assert.is(text.match(/^### `web` conflicts/gm)?.length, 50);
  assert.match(text, '`web` conflicts with `t199` in `p199`: rerun on top of `t199`.');
  assert.match(text, '# and 100 more');
  assert.match(text, '- it was left: stuck');
  assert.match(
    text,
    '- restored: nothing had changed\n- left as they are, since no task declares to write them: `left`',
  );
});

test('nothing that stands in a name becomes markdown or HTML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, line) => {
      const text = sections([
        started(planOf([planned(name)])),
        collides(name, 1, clash({ path: name, tasks: [name, 'x'], changes: [], discarded: [] })),
        ends(name, 2, 1, { strays: [stray(name, { others: [line] })] }),
        cleans(3, { kept: [{ task: name, branch: 'task/x', reason: line }], problems: [line] }),
      ]);
      const outside = text
        .replace(/^(`{3,})\w+\n[\s\S]*?\n\1$/gm, '')
        .replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
      assert.not.match(outside, /<(?!\/?code>)/);
      const titles = outside.match(/^#+ .{3}/gm)?.filter((line) => line.startsWith('## '));
      assert.equal(titles, ['## Int', '## Str', '## Bra', '## Cle']);
    }),
    {
      examples: [
        ['', '<'],
        ['x', '<'],
        ['<', 'x'],
        ['', '*'],
      ],
    },
  );
});
