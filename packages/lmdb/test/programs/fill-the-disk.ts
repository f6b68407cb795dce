import type { SlipstreamError } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { LmdbSnapshotStore } from '../../src/index.js';

// Applies batches of so many updates until one fails, then one that fits, and tells what happened.
const [, , path = '', size = '', sync = ''] = process.argv;
const store = await LmdbSnapshotStore.open({ path, sync: sync === 'sync' });
const tell = (what: object): void => console.log(JSON.stringify(what));

let commits = 0;
for (let failure: unknown; failure === undefined; ) {
  const updates = Array.from({ length: Number(size) }, (_, index) =>
    putUpdate(`k.${commits}.${index}`, commits + 1, new Uint8Array(1_000)),
  );
  failure = await store.apply(updates, cursorAt(commits + 1)).catch((error: unknown) => error);
  if (failure === undefined) commits += 1;
  else {
    const { code, hint } = failure as SlipstreamError;
    tell({ commits, code, hint, cursor: Number(store.cursor.revision) });
  }
}
tell({ entries: (await store.stats()).entries });
await store.apply([putUpdate('k.0.0', commits + 1, 'fits')], cursorAt(commits + 1));
await store.close();

await using reopened = await LmdbSnapshotStore.open({ path });
const { value } = (await reopened.get('k.0.0')) ?? {};
tell({ entries: (await reopened.stats()).entries, value: Buffer.from(value ?? []).toString() });
