/**
 * A whole story, the one of examples/agents: two agents that change one file at once, of which one fails its review the
 * first time, a third that stands on both, a validation step that applies and one that does not.
 */
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '../report/schemas.ts';
import { repositoryRoot } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/agents/story');

const example = join(repositoryRoot, 'examples/agents');

let told: Promise<Ran & { git: Repo['git'] }> | undefined;

/** The run that all tests here look at. */
function story(): Promise<Ran & { git: Repo['git'] }> {
  told ??= (async () => {
    // In a folder of its own: worktrees are made beside it.
    const dir = join(tempDir(), 'shop');
    cpSync(example, dir, { recursive: true, filter: (from) => !from.startsWith(join(example, '.ptask')) });
    const { git, commit } = await repo({ dir, unborn: true });
    await commit({}, 'first');
    const yaml = readFileSync(join(dir, 'parallel.config.yaml'), 'utf8');
    return { ...(await runConfig(yaml, { root: dir })), git };
  })();
  return told;
}

const read = ({ folder }: Ran, ...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');

/** The titles of a markdown text's sections, and what stands in each. */
const sections = (markdown: string): Map<string, string> =>
  new Map(
    markdown
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim()]),
  );

function assertSections(markdown: string, holds: readonly [section: string, what: RegExp][]): void {
  const body = sections(markdown);
  for (const [section, what] of holds)
    assert.match(body.get(section) ?? `no section ${section}`, what, section);
}

test('everything passes, and the tree is the one that comes of one after the other', {
  timeout: 60_000,
}, async () => {
  const ran = await story();
  const { report, root } = ran;
  assert.is(report.status, 'complete');
  assert.is(report.strategy.letter, 'C');
  assert.equal(
    report.tasks.map(({ id, status, attempts }) => `${id} ${status} ${attempts}`),
    ['price passed 2', 'dates passed 2', 'guide passed 1'],
  );
  assert.is(
    readFileSync(join(root, 'src/index.mjs'), 'utf8'),
    "// One line for each module.\nexport * from './price.mjs';\nexport * from './dates.mjs';\n",
  );
  assert.match(readFileSync(join(root, 'src/price.mjs'), 'utf8'), /^\/\*\* .* \*\/\nexport const price/);
  assert.equal(
    report.validation.map(({ name, status, reason }) => [name, status, reason]),
    [
      ['it loads', 'passed', undefined],
      ['styles', 'skipped', 'nothing changed in styles/**'],
    ],
  );
});

test('who was there is told who else was, and what was found of the first attempt', async () => {
  const prompt = sections(read(await story(), 'prompts/price.md'));
  assert.equal(
    [...prompt.keys()],
    [
      'Description',
      'Working Directory',
      'Branch',
      'At The Same Time',
      'Requirements',
      'On Completion',
      'The Last Attempt',
    ],
  );
  assert.match(
    prompt.get('At The Same Time') as string,
    /- dates \(A day as people write it\) changes `src\/dates\.mjs`, `src\/index\.mjs`\. Both of you may change `src\/index\.mjs`/,
  );
  assert.match(
    prompt.get('The Last Attempt') as string,
    /critic asks for fixes\. [\s\S]*src\/price\.mjs:1: price says nothing of what it is for\nneeds fixes/,
  );
  const again = sections(read(await story(), 'prompts/dates.md')).get('The Last Attempt') ?? '';
  assert.match(
    again,
    /^Attempt 1 was not taken: it conflicts with price in src\/index\.mjs: .*\. Its changes are gone/,
  );
});

test('its reviews are told as they were', async () => {
  const { events, task } = await story();
  const reviews = events.flatMap((event) => (event.type === 'task-reviewed' ? [event] : []));
  assert.equal(
    reviews.map(({ id, review }) => [id, review.attempt, review.agent, review.result]),
    [
      ['price', 1, 'critic', 'needs-fixes'],
      ['price', 2, 'critic', 'approved'],
    ],
  );
  assert.is(task('price').verify, 'passed');
});

test('what both hand over reaches the third', async () => {
  const ran = await story();
  assert.equal(JSON.parse(read(ran, 'needed/guide.json')), {
    price: { function: 'price(cents)', file: 'src/price.mjs' },
    dates: { function: 'day(date)', file: 'src/dates.mjs' },
  });
  const prompt = sections(read(ran, 'prompts/guide.md')).get('Handed Over') ?? '';
  assert.match(
    prompt,
    /^### From price\n\n`function`: price\(cents\)\n\n`file`: src\/price\.mjs\n\n> price takes any/,
  );
  const guide = readFileSync(join(ran.root, 'docs/guide.md'), 'utf8');
  assert.ok(guide.includes('## From dates\n\n`function`: day(date)'), guide);
});

test('the collision and its resolution are told', async () => {
  const { report } = await story();
  assert.equal(
    report.integration.conflicts.map(({ path, tasks, resolution }) => [path, tasks, resolution]),
    [['src/index.mjs', ['dates', 'price'], 'rerun']],
  );
});

test('the log of a task has every section, each with what is known', async () => {
  const log = read(await story(), 'tasks/price.md');
  const body = sections(log);
  assert.equal(
    [...body.keys()],
    [
      'Task Assignment',
      'My Understanding',
      'Execution Plan',
      'Execution Log',
      'Files Modified',
      'Issues Encountered',
      'QA Review',
      'Completion Report',
    ],
  );
  const holds: [section: string, what: RegExp][] = [
    ['Task Assignment', /Write src\/price\.mjs[\s\S]*Every function says what it is for[\s\S]*`coder`/],
    ['My Understanding', /A price with its currency/],
    ['Execution Plan', /Nothing noted/],
    ['Execution Log', /needs fixes[\s\S]*attempt 1 failed[\s\S]*attempt 2[\s\S]*approved[\s\S]*passed in/],
    ['Files Modified', /`src\/index\.mjs` \| modified \| exports price/],
    ['Issues Encountered', /the function had no comment \| low \| it has one now/],
    ['QA Review', /Result: approved[\s\S]*price says nothing of what it is for[\s\S]*Attempt 2: approved/],
    ['Completion Report', /Complete[\s\S]*2 attempts[\s\S]*price takes any value/],
  ];
  assertSections(log, holds);
  for (const line of ['Task: `price`', 'Part of: `PARALLEL-', 'Started: 2'])
    assert.ok(log.includes(line), line);
});

test('the report, for people and for programs, tells the same', async () => {
  const ran = await story();
  const { report, events } = ran;
  assert.equal(problems('report', report), []);
  for (const event of events) assert.equal(problems('event', event), [], event.type);
  const markdown = read(ran, 'report.md');
  assert.match(
    markdown,
    new RegExp(`^# ✅ ${report.id}: complete\n\n- Execution ID: \`${report.id}\`\n- Strategy: \\*\\*C`),
  );
  assertSections(markdown, [
    [
      'Tasks',
      /\| `price` \| ✅ passed \| .* \| 2 \| 2 \|\n\| `dates` .*\| 2 \| 2 \|\n\| `guide` .*\| 1 \| 1 \|$/,
    ],
    [
      'Integration',
      /mode: \*\*apply\*\*[\s\S]*in this order: `price` and `dates`[\s\S]*### `dates` conflicts with `price` in `src\/index\.mjs`: rerun on top of `price`/,
    ],
    ['Cleanup', /removed 2 worktrees and 3 branches/],
    ['Validation', /\| it loads \| ✅ passed \|[\s\S]*\| styles \| .* skipped: nothing changed in styles/],
    ['Time', /Duration[\s\S]*Work[\s\S]*Critical path[\s\S]*Speedup/],
    [
      'Files changed',
      /### price\n\n- modified `src\/index\.mjs`\n- created `src\/price\.mjs`\n\n### dates[\s\S]*### guide\n\n- created `docs\/guide\.md`/,
    ],
    ['Logs', /`orchestrator\.md`[\s\S]*`tasks\/<task>\.md`/],
  ]);
  const price = report.tasks[0];
  assert.equal([price?.agent, price?.prompt, price?.reviews?.length], ['coder', 'prompts/price.md', 2]);
  assert.equal(
    price?.outputs?.map(({ key }) => key),
    ['function', 'file'],
  );
});

test('the orchestrator log has the analysis, the strategy, each decision, and what became of failures', async () => {
  const ran = await story();
  assertSections(read(ran, 'orchestrator.md'), [
    ['Analysis', /### Independence\n\n[\s\S]*0 can run in parallel, 1 may, 2 cannot/],
    [
      'Analysis',
      /### Resource Conflicts\n\n#### `price` and `dates`: in parallel, each in its own worktree[\s\S]*both match: `src\/index\.mjs`/,
    ],
    ['Analysis', /### Order Dependencies\n\n[\s\S]*\| `dates` \| `guide` \| `guide` needs `dates` \|/],
    [
      'Analysis',
      /### Integration Points\n\n- Merged into the shared tree, each in its turn: `price` and `dates`/,
    ],
    [
      'Analysis',
      /\| `price` \| · \| maybe \| no \|\n\| `dates` \| maybe \| · \| no \|\n\| `guide` \| no \| no \| · \|/,
    ],
    ['Strategy', /^\*\*C\*\* \(phased\), because:[\s\S]*price and dates both write src\/index\.mjs/],
    [
      'Decisions',
      /`price` in its own worktree[\s\S]*`price`: review: needs fixes[\s\S]*retrying in[\s\S]*`dates` conflicts with `price`[\s\S]*`guide` started[\s\S]*run finished/,
    ],
    [
      'Failures',
      /### `price`\n\n- \S+ attempt 1 failed: verify failed: critic asks for fixes\. Recovery: \*\*retry\*\*\. Files modified before: modified `src\/index\.mjs` and created `src\/price\.mjs`\n- \S+ attempt 2 passed/,
    ],
    ['Integration Conflicts', /- `price` modified it, 1 line added\n- `dates` modified it, 1 line added/],
    ['Validation', /\| it loads \| passed \|[\s\S]*\| styles \| skipped/],
  ]);
});

test('nothing is left behind but the results', async () => {
  const { git } = await story();
  assert.is(await git('branch', '--format=%(refname:short)'), 'main');
  assert.is((await git('worktree', 'list')).split('\n').length, 1);
  const { folder } = await story();
  assert.equal(readdirSync(join(folder, 'handover')), []);
  assert.is(statSync(join(folder, 'needed/guide.json')).mode & 0o077, 0);
});
