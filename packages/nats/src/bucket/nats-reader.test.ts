import type { Msg } from '@nats-io/nats-core';
import { ResourceScope } from '@slipstream/core';
import { expect, test } from 'vitest';
import type { JetStreamApi } from '../jetstream/jetstream-api.js';
import type { NatsWatcher } from '../watch/nats-watcher.js';
import { BucketSubjects } from './bucket-subjects.js';
import { plainKeyCodec } from './key-codec.js';
import { NatsReader } from './nats-reader.js';

// A connection that was handed in may be of another version of the client.
test('a message whose headers cannot be found is an error, and not a value: it may be a delete marker', async () => {
  const message: Partial<Msg> & { size(): number } = {
    subject: '$KV.b.a',
    sid: 1,
    data: new Uint8Array(0),
    headers: { get: () => '7' } as unknown as NonNullable<Msg['headers']>,
    size: () => 1_000,
  };
  const reader = new NatsReader({
    bucket: 'b',
    api: { lastMessageNearby: async () => message as Msg } as unknown as JetStreamApi,
    subjects: new BucketSubjects('b', plainKeyCodec, { name: 'KV_b' }, undefined),
    watcher: undefined as unknown as NatsWatcher,
    lifetime: new ResourceScope('bucket b'),
    nearest: true,
  });
  await expect(reader.get('a')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});
