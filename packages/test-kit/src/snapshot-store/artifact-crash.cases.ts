import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '@slipstream/artifact';
import { cursorAt, deleteUpdate, putUpdate } from '@slipstream/core/testing';
import { dyingFileSystem } from '../artifacts/dying-file-system.js';
import { FoldExchange } from '../artifacts/fold-exchange.js';
import { assertHolds, FoldModel } from '../models/fold-model.js';
import { assertCode } from '../suite/assert-code.js';
import { temporaryDirectory } from '../suite/temporary-directory.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

/** More than any export or import of a few entries has. */
const MAX_STEPS = 500;

const batches = [
  [putUpdate('a', 1), putUpdate('b', 2, ''), putUpdate('c', 3)],
  [deleteUpdate('a', 4), putUpdate('d', 5, 'x'.repeat(3_000))],
];

/** The names in a directory; `undefined`: there is none. */
async function namesIn(path: string): Promise<string[] | undefined> {
  return readdir(path).catch(() => undefined);
}

export const artifactCrashCases: readonly SnapshotStoreCase[] = [
  {
    id: 'export-import/killed-export',
    guarantee: 'an export killed at any step leaves a complete artifact or none, and can be repeated',
    deadlineMs: 120_000,
    async run({ open, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      const model = new FoldModel();
      for (const [index, updates] of batches.entries()) {
        model.apply(updates, cursorAt(3 + index * 2));
        await store.apply([...updates], cursorAt(3 + index * 2));
      }
      for (const form of exchange.forms) {
        for (let step = 1; ; step++) {
          assert.ok(step < MAX_STEPS, 'an export has an end');
          const directory = join(run.own(await temporaryDirectory()).path, 'artifact');
          const death = dyingFileSystem(step);
          const outcome = exchange.export(store, form, directory, death);
          await outcome.catch(() => undefined);
          const left = await namesIn(directory);
          const what = `a ${form} export killed at step ${step}`;
          if (left === undefined) await exchange.export(store, form, directory);
          else assert.deepEqual(left.sort(), ['MANIFEST.json', 'data'], `what ${what} left`);
          assert.equal((await readManifest(directory)).entries, model.entries.size, what);
          await assertHolds(await exchange.import(directory), model, `after ${what}`);
          if (!death.hasDied) break;
        }
      }
    },
  },
  {
    id: 'export-import/killed-import',
    guarantee: 'an import killed at any step leaves a complete fold or none, and can be repeated',
    needs: ['durable', 'artifacts'],
    deadlineMs: 120_000,
    async run({ open, location, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      const model = new FoldModel();
      for (const [index, updates] of batches.entries()) {
        model.apply(updates, cursorAt(3 + index * 2));
        await store.apply([...updates], cursorAt(3 + index * 2));
      }
      for (const form of exchange.forms) {
        const { path: artifact } = await exchange.export(store, form);
        for (let step = 1; ; step++) {
          assert.ok(step < MAX_STEPS, 'an import has an end');
          const place = await location();
          const path = harness.artifacts?.path(place) ?? '';
          const death = dyingFileSystem(step);
          await exchange.importTo(artifact, place, death).catch(() => undefined);
          const what = `a ${form} import killed at step ${step}`;
          if (((await namesIn(path)) ?? []).length === 0) await exchange.importTo(artifact, place);
          const imported = await open(place);
          await assertHolds(imported, model, `after ${what}`);
          await imported.close();
          if (!death.hasDied) break;
        }
      }
    },
  },
  {
    id: 'export-import/strangers-destination',
    guarantee: 'an import into a directory that is not empty is refused, and leaves it as it was',
    needs: ['artifacts'],
    async run({ open, location, harness, run }) {
      const exchange = new FoldExchange(harness, run);
      const store = await open();
      await store.apply([putUpdate('a', 1)], cursorAt(1));
      for (const form of exchange.forms) {
        const { path: artifact } = await exchange.export(store, form);
        const place = await location();
        const path = harness.artifacts?.path(place) ?? '';
        await writeFile(join(path, 'somebody'), 'else');
        await assertCode(() => exchange.importTo(artifact, place), 'ALREADY_EXISTS', `a ${form} import`);
        assert.deepEqual(await namesIn(path), ['somebody'], 'what the refused import left');
      }
    },
  },
];
