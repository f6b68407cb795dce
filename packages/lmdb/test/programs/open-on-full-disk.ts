import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipstreamError } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { LmdbSnapshotStore } from '../../src/index.js';

// Opens a new fold on a disk with less and less room, and an existing one with none. Reports the results.
const [, , disk = ''] = process.argv;
const path = join(disk, 'there');
{
  await using store = await LmdbSnapshotStore.open({ path });
  await store.apply([putUpdate('a', 1)], cursorAt(1));
}

const ballast = join(disk, 'ballast');
const codes: unknown[] = [];
for (const blocksLeft of [30, 8, 4, 3, 2, 1, 0]) {
  rmSync(ballast, { force: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, new Uint8Array((bavail - blocksLeft) * bsize));
  const fold = LmdbSnapshotStore.open({ path: join(disk, 'new') });
  codes.push(
    await fold.then(
      () => 'opened',
      (error: unknown) => SlipstreamError.is(error) && error.code,
    ),
  );
  rmSync(join(disk, 'new'), { recursive: true, force: true });
}
console.log(JSON.stringify(codes));

await using store = await LmdbSnapshotStore.open({ path });
const { value } = (await store.get('a')) ?? {};
console.log(JSON.stringify(Buffer.from(value ?? []).toString()));
