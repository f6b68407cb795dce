import { VersionToken, verifyFold, WatchCursor } from '@slipstream/core';
import { describe, expect, test } from 'vitest';
import { durableFolds } from './support/durable-folds.js';
import { contentOf, Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describeOnServers('comparing a fold with its bucket', (series) => {
  const context = useServer(series);

  describe.each(durableFolds)('$name', (fold) => {
    test('finds every kind of drift beside a live watch, and repairs it without moving the cursor', async () => {
      const bucket = await context.bucket();
      for (const key of ['a', 'b', 'c', 'd']) await bucket.writer.put(key, bytes('1'));
      await bucket.writer.delete('d');
      await using node = await Follower.open(fold);
      await node.start(bucket);
      const { watch } = node;
      expect((await verifyFold(bucket, watch, { values: true })).drift).toEqual([]);
      const { cursor } = watch;
      const none = new Uint8Array(0);
      await watch.between((store) =>
        store?.apply(
          [
            { kind: 'delete', key: 'a', value: none, version: VersionToken.unknown },
            { kind: 'put', key: 'b', value: bytes('0'), version: VersionToken.fromRevision(1) },
            { kind: 'put', key: 'c', value: bytes('flipped'), version: VersionToken.fromRevision(3) },
            { kind: 'put', key: 'd', value: bytes('1'), version: VersionToken.fromRevision(4) },
            { kind: 'put', key: 'e', value: bytes('1'), version: VersionToken.fromRevision(2) },
          ],
          WatchCursor.none,
        ),
      );
      const report = await verifyFold(bucket, watch, { values: true, repair: true });
      expect(report.drift.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual([
        'missing a',
        'stale d',
        'stale e',
        'value c',
        'version b',
      ]);
      expect(report.repaired).toBe(5);
      expect((await verifyFold(bucket, watch, { values: true })).drift).toEqual([]);
      expect(node.store.cursor.equals(cursor)).toBe(true);
      await node.expectEndsEqual(await contentOf(bucket));
    });

    test('finds a value that an operator removed under a live watch, which no watch sees', async () => {
      const bucket = await context.bucket();
      for (const key of ['a', 'b']) await bucket.writer.put(key, bytes('1'));
      await using node = await Follower.open(fold);
      await node.start(bucket);
      const { watch } = node;
      await context.admin.forget(bucket.name, 'a');
      expect((await verifyFold(bucket, watch, { repair: true })).drift).toMatchObject([
        { kind: 'stale', key: 'a' },
      ]);
      await node.expectEndsEqual(await contentOf(bucket));
    });
  });
});
