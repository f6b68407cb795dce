import { all, prefix, prefixes, VersionToken } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { describe, expect, test } from 'vitest';
import { resolveBucketOptions } from '../src/bucket/bucket-options.js';
import { connectNats, type NatsBucketOptions, type NatsKvStore } from '../src/index.js';
import { expectCode } from './support/expect-code.js';
import { ServerAdmin } from './support/server-admin.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const value = new Uint8Array([1]);

describe('bucket options', () => {
  const cases: readonly [string, string, NatsBucketOptions, typeof TypeError | typeof RangeError, RegExp][] =
    [
      ['an empty name', '', {}, TypeError, /bucket name/],
      ['a name with a dot', 'a.b', {}, TypeError, /bucket name.*a\.b/],
      ['a name with a wildcard', '*', {}, TypeError, /bucket name/],
      ['a name with a space', 'a b', {}, TypeError, /bucket name/],
      ['a name that is too long', 'b'.repeat(253), {}, TypeError, /252/],
      ['a history of 0', 'b', { config: { history: 0 } }, RangeError, /config\.history.*not 0/],
      ['a history of 65', 'b', { config: { history: 65 } }, RangeError, /config\.history.*not 65/],
      ['a fraction of a replica', 'b', { config: { replicas: 1.5 } }, RangeError, /config\.replicas/],
      ['a maxAgeMs of -1', 'b', { config: { maxAgeMs: -1 } }, RangeError, /config\.maxAgeMs/],
      ['a maxBytes of 0', 'b', { config: { maxBytes: 0 } }, RangeError, /config\.maxBytes/],
      ['markers that stay half a second', 'b', { config: { markerTtlMs: 500 } }, RangeError, /markerTtlMs/],
      [
        'markers without TTLs',
        'b',
        { config: { markerTtlMs: 5_000, allowTtl: false } },
        TypeError,
        /config\.allowTtl/,
      ],
      ['a mirror of no bucket', 'b', { config: { mirror: { bucket: '' } } }, TypeError, /config\.mirror/],
      [
        'a mirror of two domains',
        'b',
        { config: { mirror: { bucket: 'a', domain: 'x.y' } } },
        TypeError,
        /config\.mirror\.domain/,
      ],
      ['heartbeats of 10 ms', 'b', { heartbeatMs: 10 }, RangeError, /heartbeatMs.*not 10/],
    ];
  test.each(cases)('%s is refused', (_, name, options, kind, message) => {
    expect(() => resolveBucketOptions(name, options)).toThrow(kind);
    expect(() => resolveBucketOptions(name, options)).toThrow(message);
  });
});

describeOnServers('bad input', (series) => {
  const at = useServer(series);

  /** Runs `attempt` on a bucket with one key, and expects that nothing was written. */
  async function refused(
    options: NatsBucketOptions,
    attempt: (bucket: NatsKvStore) => Promise<void>,
  ): Promise<void> {
    const bucket = await at.bucket(options);
    await bucket.writer.put('a', value);
    await attempt(bucket);
    expect((await bucket.status()).lastRevision).toBe(1n);
    expect((await bucket.reader.get('a'))?.value).toEqual(value);
  }

  test('a value over the server’s largest message is LIMIT_EXCEEDED, and nothing is sent', () =>
    refused({}, async (bucket) => {
      const large = new Uint8Array(1_048_577);
      await expectCode(bucket.writer.put('a', large), 'LIMIT_EXCEEDED');
      // What just fits as a put does not with the headers of an update.
      const fits = large.subarray(1);
      await expectCode(bucket.writer.update('a', fits, VersionToken.fromRevision(1)), 'LIMIT_EXCEEDED');
    }));

  test('keys and prefixes that the server would not read are LIMIT_EXCEEDED, and cost no connection', async () => {
    const { reader, writer, watcher } = await at.bucket();
    await using watch = new WatchReader(watcher, all());
    await watch.caughtUp();
    const key = 'k'.repeat(4_100);
    const error = await expectCode(writer.put(key, value), 'LIMIT_EXCEEDED');
    expect(error.message.length).toBeLessThan(400);
    expect(await reader.get(key)).toBeUndefined();
    await expectCode(collect(watcher.watch(prefix(`${key}.`))), 'LIMIT_EXCEEDED');
    const many = Array.from({ length: 20_000 }, (_, index) => `${'p'.repeat(50)}.${index}.`);
    await expectCode(collect(watcher.watch(prefixes(many))), 'LIMIT_EXCEEDED');
    await writer.put('k'.repeat(4_000), value);
    await watch.reached(1n);
  });

  test('a write to a bucket that only collects from others is UNSUPPORTED, which is not retried', async () => {
    const { name } = await at.bucket();
    const sources = [{ name: `KV_${name}` }];
    await at.admin.api('STREAM.CREATE.KV_collected', { name: 'KV_collected', storage: 'memory', sources });
    const bucket = await at.nats.bucket('collected');
    await expectCode(bucket.writer.put('a', value), 'UNSUPPORTED');
    await expectCode(bucket.writer.create('a', value), 'UNSUPPORTED');
  });

  test('a write to a stream that acknowledges nothing is UNSUPPORTED, and nothing is sent', async () => {
    const subjects = ['$KV.mute.>'];
    const config = { name: 'KV_mute', subjects, storage: 'memory', max_msgs_per_subject: 1, no_ack: true };
    await at.admin.api('STREAM.CREATE.KV_mute', config);
    const bucket = await at.nats.bucket('mute');
    const { reader, writer, purger } = bucket;
    for (const write of [
      () => writer.put('a', value),
      () => writer.create('a', value),
      () => writer.update('a', value, VersionToken.fromRevision(1)),
      () => writer.delete('a'),
      () => purger.purge('a'),
    ]) {
      const error = await expectCode(write(), 'UNSUPPORTED');
      expect(error.message).toContain('no_ack');
    }
    expect((await bucket.status()).lastRevision).toBe(0n);
    at.admin.connection.publish('$KV.mute.a', value);
    await at.admin.connection.flush();
    expect((await reader.get('a'))?.value).toEqual(value);
  });

  test('a configuration that the server refuses is UNSUPPORTED, which is not retried', async () => {
    await expectCode(at.bucket({ config: { description: 'x'.repeat(5_000) } }), 'UNSUPPORTED');
  });

  test.each(['', 'hello', '5', 'null', '{}'])(
    'the answer %j to a write is not JetStream’s, and UNAVAILABLE',
    async (answer) => {
      await using server = await startNatsServer({ source: series.source, jetstream: false });
      await using admin = await ServerAdmin.connect(server.url);
      const info = await at.admin.streamInfo((await at.bucket()).name);
      const respond = (subject: string, text: string): void => {
        admin.connection.subscribe(subject, { callback: (_, message) => void message.respond(text) });
      };
      respond('$JS.API.STREAM.INFO.KV_b', JSON.stringify(info));
      respond('$KV.b.a', answer);
      await admin.connection.flush();
      await using nats = await connectNats({ servers: server.url });
      await expectCode((await nats.bucket('b')).writer.put('a', value), 'UNAVAILABLE');
    },
  );

  test('a value over the bucket’s limit is LIMIT_EXCEEDED', () =>
    refused({ config: { maxValueBytes: 100 } }, async (bucket) => {
      await expectCode(bucket.writer.put('a', new Uint8Array(101)), 'LIMIT_EXCEEDED');
    }));

  test('a write to a full bucket that refuses new values is LIMIT_EXCEEDED', () =>
    refused({ config: { maxBytes: 1_024 } }, async (bucket) => {
      await expectCode(bucket.writer.put('b', new Uint8Array(2_000)), 'LIMIT_EXCEEDED');
    }));

  test('a purge marker with a time to live in a bucket without TTLs is UNSUPPORTED', () =>
    refused({}, async (bucket) => {
      expect(bucket.ttl).toBeUndefined();
      await expectCode(bucket.purger.purge('a', { markerTtlMs: 5_000 }), 'UNSUPPORTED');
      await expect(bucket.purger.purge('a', { markerTtlMs: 10 })).rejects.toThrow(RangeError);
    }));

  test('a value that is not a Uint8Array is a TypeError', () =>
    refused({}, async (bucket) => {
      // @ts-expect-error the types forbid it too
      await expect(bucket.writer.put('a', 'text')).rejects.toThrow(TypeError);
    }));

  test('a version that no update has is REVISION_MISMATCH', () =>
    refused({}, async (bucket) => {
      const { fromRevision, fromBytes, unknown } = VersionToken;
      for (const expected of [unknown, fromRevision(0), fromRevision(9), fromBytes(new Uint8Array(10))]) {
        await expectCode(bucket.writer.update('a', value, expected), 'REVISION_MISMATCH');
        await expectCode(bucket.writer.deleteWithVersion('a', expected), 'REVISION_MISMATCH');
        await expectCode(bucket.purger.purge('a', { expected }), 'REVISION_MISMATCH');
        await expectCode(bucket.writer.update('none', value, expected), 'REVISION_MISMATCH');
      }
    }));

  test.each(['', '.', 'a.', '.a', 'a..b', 'a b', '*', 'a.>', 'ä', 'a\r\nPUB x 1'])(
    'the key %j is INVALID_KEY everywhere, and nothing is sent',
    (key) =>
      refused({}, async ({ reader, writer, purger }) => {
        const version = VersionToken.fromRevision(1);
        await expectCode(reader.get(key), 'INVALID_KEY');
        await expectCode(reader.entry(key), 'INVALID_KEY');
        await expectCode(writer.put(key, value), 'INVALID_KEY');
        await expectCode(writer.create(key, value), 'INVALID_KEY');
        await expectCode(writer.update(key, value, version), 'INVALID_KEY');
        await expectCode(writer.delete(key), 'INVALID_KEY');
        await expectCode(writer.deleteWithVersion(key, version), 'INVALID_KEY');
        await expectCode(purger.purge(key), 'INVALID_KEY');
      }),
  );

  test('a prefix that begins no key is INVALID_KEY for listings and watches', () =>
    refused({}, async ({ reader, watcher }) => {
      await expectCode(collect(reader.keys('a b')), 'INVALID_KEY');
      await expectCode(collect(reader.scan('>')), 'INVALID_KEY');
      await expectCode(collect(watcher.watch(prefix('*'))), 'INVALID_KEY');
    }));
});
