import { SqliteSnapshotStore } from '../../src/index.js';
import { commitAt, commitsIn } from '../support/history.js';

// Commits the history from where the fold stands, and reports each commit. A low limit makes it checkpoint the
// write-ahead log every few commits.
const [, , path = '', valueBytes = '', walLimitBytes = ''] = process.argv;
const store = await SqliteSnapshotStore.open({ path, walLimitBytes: Number(walLimitBytes) });
for (let number = commitsIn(store) + 1; ; number++) {
  const { updates, cursor } = commitAt(number, Number(valueBytes));
  await store.apply(updates, cursor);
  process.stdout.write(`${number}\n`);
}
