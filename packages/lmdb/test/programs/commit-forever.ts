import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { LmdbSnapshotStore } from '../../src/index.js';

// Rewrites every key in one long commit after the other, from where the fold stands, and reports each.
const [, , path = '', keys = ''] = process.argv;
const store = await LmdbSnapshotStore.open({ path });
for (let number = Number(store.cursor.revision ?? 0) + 1; ; number++) {
  const updates = Array.from({ length: Number(keys) }, (_, index) => putUpdate(`k.${index}`, number));
  await store.apply(updates, cursorAt(number));
  process.stdout.write(`${number}\n`);
}
