import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipstreamError } from '@slipstream/core';
import { SqliteSnapshotStore } from '../../src/index.js';

// Makes a fold and opens it again as somebody who may only read its database. Tells what became of that.
const NOBODY = 65_534;
const [, , path = ''] = process.argv;
// A temporary directory is in one that nobody else may enter.
chmodSync(dirname(path), 0o755);
await (await SqliteSnapshotStore.open({ path })).close();
chmodSync(path, 0o777);
chmodSync(join(path, 'fold.sqlite'), 0o444);
// Whoever may write everything has to be somebody else for that.
if (process.getuid?.() === 0) process.setuid?.(NOBODY);
try {
  await SqliteSnapshotStore.open({ path });
  console.log('opened');
} catch (error) {
  console.log(SlipstreamError.is(error) ? `${error.code} ${error.message}` : error);
}
