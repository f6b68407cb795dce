import { LogSnapshotStore } from '../../src/index.js';
import { commitAt, commitsAt } from '../support/history.js';

// Commits the history from where the fold stands, compacting all the time, and tells each commit.
const [, , path = ''] = process.argv;
const store = await LogSnapshotStore.open({ path, compaction: { minGarbageBytes: 0, garbageRatio: 0 } });
for (let number = commitsAt(store.cursor) + 1; ; number++) {
  const { updates, cursor } = commitAt(number, 20_000);
  await store.apply(updates, cursor);
  process.stdout.write(`${number}\n`);
}
