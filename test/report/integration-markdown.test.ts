import fc from 'fast-check';
import { integrationSections } from '../../src/report/integration-markdown.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { assert, suite } from '../support/suite.ts';
import { ends, finished, foldReport, planned, planOf, started } from './fixtures.ts';
import {
  clash,
  cleans,
  collides,
  collidingRun,
  resolvedRun,
  restores,
  stray,
  unresolvedRun,
} from './isolated.ts';

const test = suite('report/integration-markdown');

type Events = Parameters<typeof foldReport>[0];
const sections = (events: Events) =>
  integrationSections(foldReport(events))
    .filter((section) => section !== '')
    .join('\n\n');

test('nothing is said where nothing was isolated, strayed, put back or kept', () => {
  assert.is(sections([started(planOf([planned('a')])), ends('a', 1, 1), finished(2)]), '');
});

test('a collision that came right, strays and cleanup', () => {
  assert.fixture(
    sections(collidingRun()),
    `## Integration

- Mode: **apply**, results come into the shared tree as uncommitted changes
- Integrated, in this order: \`api\` and \`web\`
- Did not fit together: 1 path

### \`web\` collided with \`api\` in \`src/api/routes.ts\`: ran again on the result of \`api\`

- \`api\` modified it, 12 lines added, 3 removed
- \`web\` modified it, 1 line added, 3 removed

\`api\` added:

\`\`\`text
app.get('/orders', list)
\`\`\`

## Strays

Files that a task changed outside its declared \`writes\`, so that nobody could know of a conflict over them.

| Task | Change | To add under \`writes\` | Perhaps of |
| --- | --- | --- | --- |
| \`web\` | modified \`package-lock.json\` | \`- package-lock.json\` |  |
| \`web\` | created \`public/a.js\` | \`- public/**\` |  |
| \`web\` | created \`public/b.js\` | \`- public/**\` |  |
| \`e2e\` | created \`*notes*\` | \`- '*notes*'\` | \`lint\` |

## Cleanup

- removed 2 worktrees and 2 branches`,
  );
});

test('a collision that nothing decided', () => {
  assert.fixture(
    sections(unresolvedRun()),
    `## Integration

- Mode: **apply**, results come into the shared tree as uncommitted changes
- Did not fit together: 1 path

### \`web\` collided with \`api\` in \`src/api/routes.ts\`: left unresolved

- \`api\` modified it, 12 lines added, 3 removed
- \`web\` modified it, 1 line added, 3 removed

\`api\` added:

\`\`\`text
app.get('/orders', list)
\`\`\`

## Put back

- put back: 12 files are as before
- rolled back because web failed: \`schema\`, \`lint\` and \`api\`
- left as they are, since no task declares to write them: \`notes.txt\`

## Branches kept

- \`task/api\` of \`api\`: its result is not in the tree
- \`task/web\` of \`web\`: it collided with api

To look at what one holds, and to take it:

\`\`\`sh
git diff HEAD...task/api
git merge task/api
git diff HEAD...task/web
git merge task/web
\`\`\`

## Cleanup

- removed 2 worktrees`,
  );
  const text = reportMarkdown(foldReport(unresolvedRun()));
  assert.match(text, '| `api` | ↩️ rolled back: put back since web failed |');
  assert.match(text, '### api (put back)');
});

test('every dropped line is in the report', () => {
  const lines = Array.from({ length: 400 }, (_, at) => `line ${at}`);
  const text = sections(
    resolvedRun(clash({ resolution: 'theirs', reason: 'a | b', discarded: [{ task: 'api', lines }] })),
  );
  assert.match(text, 'kept what `web` did there (a \\| b), dropped 400 lines of `api`');
  assert.match(text, `Dropped of \`api\`:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``);
});

test('the modes say what they do', () => {
  assert.match(sections(collidingRun({ integrate: 'merge' })), '- Mode: **merge**, each task is a commit');
  assert.match(
    sections(collidingRun({ integrate: 'branches' })),
    '- Mode: **branches**, each task is left on',
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
  assert.is(text.match(/^### /gm)?.length, 50);
  assert.match(text, '`web` collided with `t199` in `p199`: ran again on the result of `t199`.');
  assert.match(text, 'And 100 more.');
  assert.match(text, 'And `task/t20`');
  assert.match(text, '- it was left: stuck');
  assert.match(
    text,
    '- put back: nothing had changed\n- left as they are, since no task declares to write them: `left`',
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
      const table = text.slice(text.indexOf('| Task'), text.indexOf('## Branches')).trim();
      for (const row of table.split('\n'))
        assert.is(row.replaceAll('\\\\', '').match(/(?<!\\)\|/g)?.length, 5, row);
    }),
  );
});
