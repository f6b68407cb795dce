import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KvUpdate } from '@slipstream/core';
import { cursorAt, deleteUpdate, openScratchFold, putUpdate } from '@slipstream/core/testing';
import fc from 'fast-check';
import { FoldExchange } from '../artifacts/fold-exchange.js';
import { digests, filesBelow } from '../crash/fold-copy.js';
import { foldHistory } from '../models/fold-history.js';
import { assertHolds, FoldModel } from '../models/fold-model.js';
import { noise } from '../models/noise.js';
import { assertCode } from '../suite/assert-code.js';
import { temporaryDirectory } from '../suite/temporary-directory.js';
import { LARGEST_VALUE_BYTES, LONGEST_KEY } from './limits.cases.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

/** Enough for several blocks and batches, with values of every size that matters. */
function someUpdates(seed: number, first: number, count: number): KvUpdate[] {
  return Array.from({ length: count }, (_, index) => {
    const revision = first + index;
    const length = index % 97 === 0 ? 5_000 : index % 50;
    return putUpdate(
      `key.${String((index * 7_919) % count).padStart(5, '0')}`,
      revision,
      noise(seed + revision, length),
    );
  });
}

export const exportImportCases: readonly SnapshotStoreCase[] = [
  {
    id: 'export-import/round-trip',
    guarantee: 'an imported fold has the entries, values, versions and cursor of the exported one',
    deadlineMs: 60_000,
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      const model = new FoldModel();
      const batches: [KvUpdate[], number][] = [
        [someUpdates(run.seed, 1, 3_000), 3_000],
        [[deleteUpdate('key.00001', 3_001), putUpdate('ä', 3_002), putUpdate('\u{1f600}', 3_003, '')], 3_003],
      ];
      for (const [updates, revision] of batches) {
        model.apply(updates, cursorAt(revision));
        await store.apply(updates, cursorAt(revision));
      }
      for (const form of exchange.forms) {
        const { path, manifest } = await exchange.export(store, form);
        assert.equal(manifest.entries, model.entries.size, `entries in the ${form} manifest`);
        assert.equal(String(manifest.cursor), String(store.cursor), `the cursor in the ${form} manifest`);
        await assertHolds(await exchange.import(path), model, `after a ${form} import`);
      }
    },
  },
  {
    id: 'export-import/limits',
    guarantee: 'the longest keys and the largest values survive export, import and reopening',
    deadlineMs: 120_000,
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const updates = [
        ...['a', 'b'].map((end, index) => putUpdate('k'.repeat(LONGEST_KEY - 1) + end, index + 1, end)),
        putUpdate('large', 3, noise(run.seed, LARGEST_VALUE_BYTES)),
      ];
      const model = new FoldModel();
      model.apply(updates, cursorAt(3));
      const store = await open();
      await store.apply([...updates], cursorAt(3));
      for (const form of exchange.forms) {
        const { path } = await exchange.export(store, form);
        const { store: imported, location } = await exchange.importAt(path);
        await assertHolds(imported, model, `after a ${form} import`);
        await imported.close();
        if (!harness.capabilities.durable) continue;
        await assertHolds(run.own(await harness.open(location)), model, 'after reopening it');
      }
    },
  },
  {
    id: 'export-import/any-history',
    guarantee: 'after any history, exporting and importing gives the same fold',
    deadlineMs: 120_000,
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      await fc.assert(
        fc.asyncProperty(foldHistory, async (steps) => {
          const store = await open();
          const model = new FoldModel();
          for (const step of steps) {
            if (step.kind !== 'apply') continue;
            model.apply(step.updates, step.cursor);
            await store.apply(step.updates, step.cursor);
          }
          for (const form of exchange.forms) {
            const { path } = await exchange.export(store, form);
            const imported = await exchange.import(path);
            await assertHolds(imported, model, `after a ${form} import`);
            await imported.close();
          }
          await store.close();
        }),
        { seed: run.seed, numRuns: run.runs(10) },
      );
    },
  },
  {
    id: 'export-import/empty',
    guarantee: 'an empty fold, with or without a cursor, can be exported and imported',
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      for (const revision of [0, 2]) {
        if (revision > 0) await store.apply([], cursorAt(revision));
        for (const form of exchange.forms) {
          const { path, manifest } = await exchange.export(store, form);
          const imported = await exchange.import(path);
          assert.equal(manifest.entries, 0);
          assert.equal((await imported.stats()).entries, 0);
          assert.equal(String(imported.cursor), String(store.cursor), `the cursor after a ${form} import`);
        }
      }
    },
  },
  {
    id: 'export-import/resume',
    guarantee: 'an imported fold resumes at its cursor, as the exported one would have',
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      const before = [putUpdate('a', 1), putUpdate('b', 2), putUpdate('kept', 3)];
      await store.apply([...before], cursorAt(3));
      for (const form of exchange.forms) {
        const model = new FoldModel();
        model.apply(before, cursorAt(3));
        const { path } = await exchange.export(store, form);
        const { store: imported, location } = await exchange.importAt(path);
        const tail = [putUpdate('c', 4), deleteUpdate('a', 5), putUpdate('b', 6, 'again')];
        model.apply(tail, cursorAt(6));
        await imported.apply([...tail], cursorAt(6));
        await assertHolds(imported, model, `after a ${form} import and the tail`);
        if (!harness.capabilities.durable) continue;
        await imported.close();
        await assertHolds(run.own(await harness.open(location)), model, 'after reopening it');
      }
    },
  },
  {
    id: 'export-import/left-alone',
    guarantee: 'applying, settling and closing after an export do not change the artifact',
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      for (const form of exchange.forms) {
        const store = await open();
        const model = new FoldModel();
        const updates = someUpdates(run.seed, 1, 500);
        model.apply(updates, cursorAt(500));
        await store.apply(updates, cursorAt(500));
        const { path } = await exchange.export(store, form);
        const before = digests(await filesBelow(path));
        for (let revision = 501; revision < 1_500; revision += 100) {
          await store.apply(someUpdates(run.seed + 1, revision, 100), cursorAt(revision + 99));
        }
        await store.settle?.();
        await store.close();
        assert.deepEqual(digests(await filesBelow(path)), before, 'the files of the artifact');
        await assertHolds(await exchange.import(path), model, `after a ${form} import`);
      }
    },
  },
  {
    id: 'export-import/one-state',
    guarantee: 'an export during applies contains the state at which it began, and nothing later',
    deadlineMs: 60_000,
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      for (const form of exchange.forms) {
        const store = await open();
        const model = new FoldModel();
        const updates = someUpdates(run.seed, 1, 2_000);
        model.apply(updates, cursorAt(2_000));
        await store.apply(updates, cursorAt(2_000));
        const { promise: released, resolve: release } = Promise.withResolvers<void>();
        // What a watch does: nothing is applied while the export begins, and everything as soon as it has.
        const watch = {
          async between<T>(visit: (given: typeof store) => T | Promise<T>): Promise<T> {
            try {
              return await visit(store);
            } finally {
              release();
            }
          },
        };
        const exported = exchange.export(watch, form);
        await Promise.race([released, exported]);
        for (let revision = 2_001; revision < 3_000; revision += 10) {
          const batch = [
            putUpdate(`key.${String(revision).slice(1)}`, revision),
            deleteUpdate('key.00007', revision + 1),
          ];
          await store.apply(batch, cursorAt(revision + 1));
        }
        const { path } = await exported;
        await assertHolds(await exchange.import(path), model, `after a ${form} import`);
      }
    },
  },
  {
    id: 'export-import/other-engine',
    guarantee: 'a portable artifact is imported by another engine, and this one imports the other’s',
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const model = new FoldModel();
      const updates = someUpdates(run.seed, 1, 1_500);
      model.apply(updates, cursorAt(1_500));
      const scratch = run.own(await openScratchFold());
      await scratch.apply([...updates], cursorAt(1_500));
      const { path } = await exchange.export(scratch, 'portable');
      await assertHolds(await exchange.import(path), model, 'after an import from another engine');

      const store = await open();
      await store.apply([...updates], cursorAt(1_500));
      const back = await exchange.export(store, 'portable');
      const other = new FoldExchange(scratchHarness, run);
      await assertHolds(await other.import(back.path), model, 'after an import into another engine');
    },
  },
  {
    id: 'export-import/taken-directory',
    guarantee: 'an export into a directory that is not empty is refused, and leaves it as it was',
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      await store.apply([putUpdate('a', 1)], cursorAt(1));
      const { path } = run.own(await temporaryDirectory());
      const taken = join(path, 'artifact');
      await mkdir(taken);
      await writeFile(join(taken, 'somebody'), 'else');
      const before = digests(await filesBelow(path));
      for (const form of exchange.forms) {
        await assertCode(() => exchange.export(store, form, taken), 'ALREADY_EXISTS', `a ${form} export`);
        assert.deepEqual(digests(await filesBelow(path)), before, 'what the refused export left');
      }
    },
  },
  {
    id: 'export-import/taken-destination',
    guarantee: 'an import onto a fold is refused, and leaves the fold as it was',
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      await store.apply([putUpdate('a', 1)], cursorAt(1));
      for (const form of exchange.forms) {
        const { path } = await exchange.export(store, form);
        const { store: imported, location } = await exchange.importAt(path);
        await imported.apply([putUpdate('b', 2)], cursorAt(2));
        await exchange.assertNotReplaced(path, location, imported);
        assert.equal(imported.cursor.revision, 2n);
        assert.ok(await imported.get('b'), 'the fold has what it had');
      }
    },
  },
];

const scratchHarness = {
  name: 'scratch',
  capabilities: {
    durable: false,
    synchronousReads: true,
    synchronousRanges: true,
    checkpoint: false,
    checksums: false,
  },
  createLocation: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
  open: () => openScratchFold(),
};
