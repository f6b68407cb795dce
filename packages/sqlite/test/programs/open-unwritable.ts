import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipstreamError } from '@slipstream/core';
import { SqliteSnapshotStore } from '../../src/index.js';

// Creates a fold and reopens it as a user who may only read its database. Reports the result.
const NOBODY = 65_534;
const [, , path = ''] = process.argv;
// A temporary directory is in one that other users may not enter.
chmodSync(dirname(path), 0o755);
await (await SqliteSnapshotStore.open({ path })).close();
chmodSync(path, 0o777);
chmodSync(join(path, 'fold.sqlite'), 0o444);
// The superuser may write everything, so it has to become another user.
if (process.getuid?.() === 0) process.setuid?.(NOBODY);
try {
  await SqliteSnapshotStore.open({ path });
  console.log('opened');
} catch (error) {
  console.log(SlipstreamError.is(error) ? `${error.code} ${error.message}` : error);
}
