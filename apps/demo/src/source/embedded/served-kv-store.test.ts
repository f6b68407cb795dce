import { type KvEntry, prefix, SlipstreamError, type WatchChunk } from '@slipstream/core';
import { plainEntry } from '@slipstream/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedSource } from './embedded-source.js';
import { ServedKvStore } from './served-kv-store.js';

let source: EmbeddedSource;
let served: ServedKvStore;
beforeEach(async () => {
  source = await EmbeddedSource.open('a test');
  served = new ServedKvStore(source.address.kind === 'embedded' ? source.address.url : '');
});
afterEach(async () => {
  await served.close();
  await source.close();
});
const plain = (entry: KvEntry | undefined) => entry && { ...entry, ...plainEntry(entry) };
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the embedded bucket, as a node sees it', () => {
  test('reads are those of the bucket, markers included', async () => {
    await source.store.writer.put('a.1', bytes('one'));
    await source.store.writer.put('b.1', bytes(''));
    await source.store.writer.delete('a.2');
    const { reader } = source.store;
    for (const key of ['a.1', 'a.2', 'b.1', 'c']) {
      for (const read of ['entry', 'get'] as const) {
        expect(plain(await served.reader[read](key))).toEqual(plain(await reader[read](key)));
      }
    }
    const scanned = [];
    for await (const entry of served.reader.scan('a')) scanned.push(entry.key);
    expect(scanned).toEqual(['a.1']);
    expect(await served.status()).toEqual({ ...(await source.store.status()), at: expect.any(Number) });
  });

  test('a watch gives state, then changes, and resumes after its cursor', async () => {
    await source.store.writer.put('a.1', bytes('one'));
    const first = await nextChunk(served.watcher.watch(prefix('a')));
    expect(first.updates).toMatchObject([{ key: 'a.1', kind: 'put', value: bytes('one') }]);
    await source.store.writer.delete('a.1');
    const second = await nextChunk(served.watcher.watch(prefix('a'), { resume: first.cursor }));
    expect(second.updates).toMatchObject([{ key: 'a.1', kind: 'delete' }]);
    expect(second.pending).toBe(0);
  });

  test('an error of the watch arrives with its code', async () => {
    await source.store.writer.put('a.1', bytes('one'));
    const { cursor } = await nextChunk(served.watcher.watch(prefix('a')));
    await source.store.recreate();
    const resumed = nextChunk(served.watcher.watch(prefix('a'), { resume: cursor }));
    await expect(resumed).rejects.toSatisfy((error) => SlipstreamError.is(error, 'CURSOR_EXPIRED'));
  });

  test('an outage breaks the watch with a retryable error, and ends', async () => {
    const chunks = served.watcher.watch(prefix('a'))[Symbol.asyncIterator]();
    await chunks.next();
    const broken = chunks.next();
    await source.cutOff();
    await expect(broken).rejects.toSatisfy((error) => SlipstreamError.is(error, 'UNAVAILABLE'));
    await expect(served.status()).rejects.toSatisfy((error) => SlipstreamError.is(error, 'UNAVAILABLE'));
    await source.restore();
    expect(await served.status()).toEqual({ ...(await source.store.status()), at: expect.any(Number) });
  });
});

async function nextChunk(chunks: AsyncIterable<WatchChunk>): Promise<WatchChunk> {
  for await (const chunk of chunks) return chunk;
  throw new Error('the watch ended');
}
