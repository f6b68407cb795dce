import { connect } from '@nats-io/transport-node';
import { prefixes, watchApplied } from '@slipstream/core';
import { connectNats } from '@slipstream/nats';
import { groupPrefix } from '../../data/bench-entries.js';
import type { Trial } from '../../trial/trial.js';
import type { Comparison } from '../comparison.js';

/** What the server keeps for a watch on many prefixes. */
export function consumers(count: number): Comparison {
  const name = `scale/prefixes/${count}`;
  return {
    name,
    sizes: { quick: 1, full: 1 },
    usesBucket: false,
    ours: { name: `a watch on ${count} prefixes`, options: 'no store', run: countConsumers(count) },
    peer: undefined,
    figures: [
      {
        name,
        unit: 'consumers',
        better: 'less',
        target: { of: 'ours', atMost: 1 },
        reading: 'consumers',
      },
    ],
  };
}

function countConsumers(count: number): Trial {
  return async ({ serverUrl }) => {
    await using client = await connectNats({ servers: serverUrl });
    const bucket = `prefixes-${process.pid}`;
    const source = await client.bucket(bucket);
    const asked = Array.from({ length: count }, (_, group) => groupPrefix(group));
    await using watch = watchApplied({ source, scope: prefixes(asked) });
    await watch.ready;
    const connection = await connect({ servers: serverUrl });
    const reply = await connection.request(`$JS.API.STREAM.INFO.KV_${bucket}`);
    const info = reply.json<{ state: { consumer_count: number } }>();
    await connection.close();
    return { work: count, readings: { consumers: info.state.consumer_count } };
  };
}
