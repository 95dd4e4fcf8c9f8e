// Before-images of random trees: whatever is done to the tree, it comes back as it was.
import fc from 'fast-check';
import { changesBetween } from '../../src/base/path-change.ts';
import { capture, imageFromJson, imageToJson, isAlike } from '../../src/store/image.ts';
import { changesTo } from '../../src/store/restore.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { act, asOrdinaryUser, bench, type Deed, planting, raw, spoiling } from './support.ts';

const test = suite('store/restore');
const RUNS = Number(process.env.PTASK_FUZZ ?? 100);

/** A link that leads to itself, where a folder was. */
const BESIDE_A_LOOP: Deed[] = [
  { kind: 'folder', path: raw('a/a'), mode: 0o755 },
  { kind: 'link', path: raw('a'), target: 'a' },
];

test(
  'a spoilt tree is restored with content, modes, links, deletions and empty folders',
  {
    timeout: 120_000,
  },
  asOrdinaryUser(async () => {
    await fc.assert(
      fc.asyncProperty(planting, spoiling, async (planted, deeds) => {
        const { root, store, cache, transactions, list } = bench();
        act(root, planted);
        const before = rawTree(root);
        const image = imageFromJson(imageToJson(await capture(root, list, store, cache)));
        assert.equal(rawTree(root), before, 'capture changes nothing');
        act(root, deeds);
        const spoilt = rawTree(root);
        const changes = await changesTo(root, image, list, cache);
        const result = await transactions.replace(changes, 'restore');
        assert.equal(result.ok, true, JSON.stringify(result));
        assert.equal(rawTree(root), before);
        const now = await capture(root, list, store, cache);
        assert.equal(changesBetween(image.entries, now.entries, isAlike), []);
        assert.equal(await changesTo(root, image, list, cache), []);

        const { changes: back, edited } = await transactions.undo((result as { id: string }).id);
        assert.equal(edited, []);
        assert.equal((await transactions.replace(back, 'undo')).ok, true);
        assert.equal(rawTree(root), spoilt, 'what the restore has displaced is brought back by undoing it');
      }),
      { numRuns: RUNS, examples: [[BESIDE_A_LOOP, []]] },
    );
  }),
);

test(
  'what a transaction makes of a tree is what the changes say, and undoing it gives the tree before',
  {
    timeout: 120_000,
  },
  asOrdinaryUser(async () => {
    await fc.assert(
      fc.asyncProperty(planting, spoiling, async (planted, deeds) => {
        // The changes are taken from a second tree, as they would come from a merge.
        const [here, there] = [bench(), bench()];
        for (const { root } of [here, there]) act(root, planted);
        act(there.root, deeds);
        const goal = await capture(there.root, there.list, here.store, there.cache);
        const before = rawTree(here.root);
        const changes = await changesTo(here.root, goal, here.list, here.cache);
        const result = await here.transactions.replace(changes, 'go there');
        assert.equal(result.ok, true, JSON.stringify(result));
        assert.equal(rawTree(here.root), rawTree(there.root));
        const { changes: back } = await here.transactions.undo((result as { id: string }).id);
        assert.equal((await here.transactions.replace(back, 'undo')).ok, true);
        assert.equal(rawTree(here.root), before);
        assert.equal(await here.recover(), { rolledBack: [], edited: [] });
      }),
      { numRuns: RUNS },
    );
  }),
);
