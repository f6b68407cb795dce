import type { SlipstreamError, SnapshotStore } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { LmdbSnapshotStore } from '../../src/index.js';

// Applies batches of this many updates until one fails, then one that fits, then one that fails, and reports it all.
const [, , path = '', size = '', sync = ''] = process.argv;
const tell = (what: object): void => console.log(JSON.stringify(what));

const store = await LmdbSnapshotStore.open({ path, sync: sync === 'sync' });
let commits = 0;

/** Applies batches until one fails; returns what with. */
async function fill(): Promise<SlipstreamError> {
  for (;;) {
    const updates = Array.from({ length: Number(size) }, (_, index) =>
      putUpdate(`k.${commits}.${index}`, commits + 1, new Uint8Array(1_000)),
    );
    try {
      await store.apply(updates, cursorAt(commits + 1));
    } catch (error) {
      return error as SlipstreamError;
    }
    commits += 1;
  }
}

async function tellAbout(fold: SnapshotStore): Promise<void> {
  const { value } = (await fold.get('k.0.0')) ?? {};
  tell({
    entries: (await fold.stats()).entries,
    value: Buffer.from(value ?? [])
      .toString()
      .slice(0, 4),
  });
}

const { code, hint } = await fill();
tell({ commits, code, hint, cursor: Number(store.cursor.revision) });
await store.checkpoint?.(`${path}-copy`);
{
  await using copy = await LmdbSnapshotStore.open({ path: `${path}-copy` });
  tell({ entries: (await copy.stats()).entries });
}
await store.apply([putUpdate('k.0.0', commits + 1, 'fits')], cursorAt(commits + 1));
await tellAbout(store);
commits += 1;
await fill();
await store.close();
{
  await using reopened = await LmdbSnapshotStore.open({ path });
  await tellAbout(reopened);
}
