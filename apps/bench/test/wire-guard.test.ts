// What a watch costs on the wire and on the server, counted instead of timed.
import { connect } from '@nats-io/transport-node';
import { all, prefixes, type WatchScope, watchApplied } from '@slipstream/core';
import { connectNats } from '@slipstream/nats';
import { describe, expect, test } from 'vitest';
import { groupPrefix, KEY_BYTES, VALUE_BYTES } from '../src/data/bench-entries.js';
import { openCountingWire } from './support/counting-wire.js';
import { ENTRIES, hasServer, skipReason, useGuardedBucket } from './support/guarded-bucket.js';

/** The server puts some 124 around key and value: the subjects of the bucket, the inbox and the ack. */
const ENVELOPE_BYTES = 160;
/**
 * What attaching asks for, and an answer to flow control for each window of the server: 4 were counted. An answer
 * per update, as acknowledgements would be, is ten thousand.
 */
const MESSAGES_UP = 50;

describe.skipIf(!hasServer)(`a watch${skipReason}`, () => {
  const used = useGuardedBucket();

  test('receives each value once, and sends next to nothing', async () => {
    await using wire = await openCountingWire(used.url);
    await using client = await connectNats({ servers: wire.url });
    const source = await client.bucket(used.bucket, { create: false });
    wire.reset();
    let applied = 0;
    await using watch = watchApplied({
      source,
      apply(batch) {
        applied += batch.length;
      },
    });
    await watch.ready;
    expect(applied).toBe(ENTRIES);
    expect(wire.bytesDown / ENTRIES).toBeLessThan(KEY_BYTES + VALUE_BYTES + ENVELOPE_BYTES);
    expect(wire.bytesUp / ENTRIES).toBeLessThan(1);
    expect(wire.messagesUp).toBeLessThan(MESSAGES_UP);
  });

  test.for([0, 1, 10, 100])('is one consumer on the server (prefixes: %i)', async (count) => {
    await using client = await connectNats({ servers: used.url });
    const source = await client.bucket(`consumers-of-${count}`);
    const asked = Array.from({ length: count }, (_, group) => groupPrefix(group));
    const scope: WatchScope = count === 0 ? all() : prefixes(asked);
    await using watch = watchApplied({ source, scope });
    await watch.ready;
    const connection = await connect({ servers: used.url });
    const reply = await connection.request(`$JS.API.STREAM.INFO.KV_${source.name}`);
    await connection.close();
    const { state } = reply.json<{ state: { consumer_count: number } }>();
    expect(state.consumer_count).toBe(1);
  });
});
