import { Kvm } from '@nats-io/kv';
import { all, type KvUpdate } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import { expectCode } from './support/expect-code.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);

describeOnServers('a bucket', (series) => {
  const at = useServer(series);

  test('that is missing is NOT_FOUND with create: false, and is not made', async () => {
    const error = await expectCode(at.nats.bucket('missing', { create: false }), 'NOT_FOUND');
    expect(error.message).toContain('missing');
    await expectCode(at.nats.bucket('missing', { create: false }), 'NOT_FOUND');
  });

  test('is made as it is asked for', async () => {
    const bucket = await at.nats.bucket('asked', {
      config: {
        storage: 'memory',
        history: 5,
        maxAgeMs: 3_600_000,
        maxBytes: 1_000_000,
        maxValueBytes: 10_000,
        discard: 'old',
        description: 'what for',
        compression: false,
        metadata: { team: 'edge' },
      },
    });
    expect(bucket.configDrift).toEqual([]);
    expect((await bucket.status()).limits).toEqual({
      history: 5,
      maxAgeMs: 3_600_000,
      maxBytes: 1_000_000,
      maxValueBytes: 10_000,
      discard: 'old',
      markerTtlMs: undefined,
    });
    const { config } = await at.admin.streamInfo('asked');
    expect(config).toMatchObject({
      subjects: ['$KV.asked.>'],
      description: 'what for',
      storage: 'memory',
      allow_rollup_hdrs: true,
      allow_direct: true,
      deny_delete: true,
      metadata: { team: 'edge' },
    });
  });

  test('never drops a live value silently unless it is asked to', async () => {
    expect((await (await at.bucket()).status()).limits.discard).toBe('new');
  });

  test('that exists and differs is reported, and stays as it is', async () => {
    await at.nats.bucket('drift', { config: { storage: 'memory', history: 3, metadata: { a: '1' } } });
    const again = await at.nats.bucket('drift', {
      config: { storage: 'file', history: 3, maxBytes: 500, discard: 'new', metadata: { a: '1' } },
    });
    expect(again.configDrift).toEqual([
      { option: 'storage', asked: 'file', actual: 'memory' },
      { option: 'maxBytes', asked: 500, actual: undefined },
    ]);
    expect((await again.status()).limits).toMatchObject({ history: 3, maxBytes: undefined });
  });

  test('that was just created as asked has no drift, whatever the server leaves out', async () => {
    const config = { description: '', placement: { cluster: 'c', tags: [] }, metadata: {} };
    expect((await at.bucket({ config })).configDrift).toEqual([]);
    expect((await at.bucket({ config: { placement: {} } })).configDrift).toEqual([]);
  });

  test('that several clients create at once with different options is one bucket, with drift for the losers', async () => {
    const buckets = await Promise.all(
      [2, 3, 4, 5].map((history) => at.nats.bucket('race', { config: { storage: 'memory', history } })),
    );
    expect(buckets.filter(({ configDrift }) => configDrift.length === 0)).toHaveLength(1);
  });

  test('that is a mirror has the origin’s keys and revisions, and writes to it go to the origin', async () => {
    const origin = await at.bucket();
    await origin.writer.put('before', bytes('1'));
    const mirror = await at.bucket({ config: { mirror: { bucket: origin.name } } });
    await using reader = new WatchReader(mirror.watcher, all());
    const version = await mirror.writer.put('a.b', bytes('2'));
    await reader.reached(version.revision ?? 0n);
    expect(reader.updates.map(({ key, version: { revision } }) => [key, revision])).toEqual([
      ['before', 1n],
      ['a.b', 2n],
    ]);
    expect(text((await mirror.reader.get('a.b'))?.value)).toBe('2');
    expect(text((await origin.reader.get('a.b'))?.value)).toBe('2');
    await expectCode(mirror.writer.create('a.b', bytes('3')), 'ALREADY_EXISTS');
    expect(await collect(mirror.reader.keys('a'))).toEqual(['a.b']);
  });

  test('with TTLs needs nats-server 2.11, and leaves a marker where a value expired', async () => {
    const opening = at.bucket({ config: { markerTtlMs: 60_000 } });
    if (series.series === '2.10') {
      const error = await expectCode(opening, 'UNSUPPORTED');
      expect(error.message).toContain(at.server.version);
      return;
    }
    const bucket = await opening;
    expect(bucket.capabilities.ttl).toBe(true);
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    await bucket.ttl?.putWithTtl('a', bytes('1'), 1_000);
    await reader.pullUntil(({ updates }) => updates.some(({ kind }) => kind === 'delete'));
    expect(reader.updates.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['put a', 'delete a']);
    expect((await bucket.reader.entry('a'))?.kind).toBe('delete');
    expect(await bucket.reader.get('a')).toBeUndefined();
  });

  test('with history lets no value expire before its markers, and says so', async () => {
    if (series.series === '2.10') return;
    const bucket = await at.bucket({ config: { history: 5, markerTtlMs: 60_000 } });
    const { ttl } = bucket;
    if (ttl === undefined) return expect.fail('the bucket has no ttl');
    const error = await expectCode(ttl.putWithTtl('a', bytes('1'), 59_999), 'UNSUPPORTED');
    expect(error.message).toContain('60000');
    await expectCode(ttl.createWithTtl('a', bytes('1'), 1_000), 'UNSUPPORTED');
    expect((await bucket.status()).lastRevision).toBe(0n);
    await ttl.createWithTtl('a', bytes('1'), 60_000);
    await ttl.putWithTtl('a', bytes('2'), 60_000);
    expect((await bucket.status()).messages).toBe(1);
  });

  test('whose revisions are more than a number can tell apart is UNSUPPORTED', async () => {
    for (const [name, first] of [
      ['far', 2 ** 52],
      ['farther', 2 ** 53],
    ] as const) {
      const config = { name: `KV_${name}`, subjects: [`$KV.${name}.>`], storage: 'memory', first_seq: first };
      await at.admin.api(`STREAM.CREATE.KV_${name}`, config);
    }
    const bucket = await at.nats.bucket('far');
    expect((await bucket.writer.put('a', bytes('1'))).revision).toBe(2n ** 52n);
    await expectCode(at.nats.bucket('farther'), 'UNSUPPORTED');
  });

  test('that was deleted while it is open is NOT_FOUND for reads, writes, status and watches', async () => {
    const bucket = await at.bucket();
    await at.admin.deleteBucket(bucket.name);
    await expectCode(bucket.reader.get('a'), 'NOT_FOUND');
    await expectCode(bucket.writer.put('a', bytes('1')), 'NOT_FOUND');
    await expectCode(bucket.status(), 'NOT_FOUND');
    await expectCode(collect(bucket.watcher.watch(all())), 'NOT_FOUND');
    await expectCode(collect(bucket.reader.keys('')), 'NOT_FOUND');
  });

  test('can be read from the nearest replica', async () => {
    const bucket = await at.bucket({ reads: 'nearest' });
    await bucket.writer.put('a', bytes('1'));
    await bucket.writer.put('b', new Uint8Array(0));
    await bucket.writer.delete('a');
    expect((await bucket.reader.entry('a'))?.kind).toBe('delete');
    expect((await bucket.reader.entry('a'))?.version.revision).toBe(3n);
    expect(await bucket.reader.get('a')).toBeUndefined();
    expect((await bucket.reader.get('b'))?.value).toHaveLength(0);
    expect(await bucket.reader.get('none')).toBeUndefined();
    expect((await bucket.writer.create('a', bytes('2'))).revision).toBe(4n);
  });

  test('with coded keys takes any text, and finds it again by prefix', async () => {
    const bucket = await at.bucket({ keyCodec: 'base64' });
    const keys = ['plain', 'with space', 'ünï.çödé', 'ünï.ç2', 'a..b', '.>', '*', '😀.x'];
    for (const key of keys) await bucket.writer.put(key, bytes(key));
    expect((await collect(bucket.reader.keys(''))).sort()).toEqual([...keys].sort());
    expect(await collect(bucket.reader.keys('ünï.ç'))).toEqual(['ünï.çödé', 'ünï.ç2']);
    expect(await collect(bucket.reader.keys('with'))).toEqual(['with space']);
    for (const key of keys) expect(text((await bucket.reader.get(key))?.value)).toBe(key);
    await expectCode(bucket.writer.put('', bytes('')), 'INVALID_KEY');
  });

  test('is shared with programs that use the NATS client’s own KV', async () => {
    const bucket = await at.bucket();
    const theirs = await new Kvm(at.admin.connection).open(bucket.name);
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    await theirs.put('a.1', 'one');
    await theirs.put('a.2', '');
    await theirs.delete('a.1');
    await theirs.purge('a.2');
    await theirs.create('a.1', 'again');
    await reader.reached(5n);
    const shown = ({ kind, key, value }: KvUpdate): string => `${kind} ${key} ${text(value)}`.trim();
    expect(reader.updates.map(shown)).toEqual([
      'put a.1 one',
      'put a.2',
      'delete a.1',
      'purge a.2',
      'put a.1 again',
    ]);
    await bucket.writer.put('b', bytes('ours'));
    expect((await theirs.get('b'))?.string()).toBe('ours');
    await bucket.writer.delete('b');
    expect((await theirs.get('b'))?.operation).toBe('DEL');
    await bucket.purger.purge('b');
    expect((await theirs.get('b'))?.operation).toBe('PURGE');
    await bucket.writer.create('b', bytes('new'));
    expect((await theirs.get('b'))?.string()).toBe('new');
  });
});
