import { connect } from '@nats-io/transport-node';
import { watchApplied } from '@slipstream/core';
import { connectNats } from '@slipstream/nats';
import { shuffledPlaces } from '../../data/bench-entries.js';
import { Stopwatch } from '../../trial/stopwatch.js';
import type { Outcome, Trial } from '../../trial/trial.js';
import { fillBucket } from '../../world/fill-bucket.js';
import type { Comparison } from '../comparison.js';

const MICROSECONDS = 1_000_000;

/** The cost of an update when one process follows many buckets instead of one. */
export function buckets(count: number): Comparison {
  const name = `scale/buckets/${count}`;
  return {
    name,
    sizes: { quick: 50_000, full: 500_000 },
    usesBucket: true,
    arrange: { once: arrangeBuckets(count) },
    ours: {
      name: `${count} watches on as many buckets`,
      options: 'no store, one connection',
      run: follow(count),
    },
    peer: { name: 'one watch on one bucket', options: 'the same entries in all', run: follow(1) },
    figures: [
      { name, unit: 'CPU µs per update', better: 'less', target: undefined, reading: 'cpuMicroseconds' },
    ],
  };
}

function bucketNames(bucket: string, count: number): readonly string[] {
  return count === 1
    ? [bucket]
    : Array.from({ length: count }, (_, index) => `${bucket}-${index}-of-${count}`);
}

function arrangeBuckets(count: number): Trial {
  return async ({ serverUrl, bucket, entries }): Promise<Outcome> => {
    await using client = await connectNats({ servers: serverUrl });
    const connection = await connect({ servers: serverUrl });
    const all = shuffledPlaces(entries);
    for (const [index, name] of bucketNames(bucket, count).entries()) {
      await client.bucket(name, { config: { storage: 'file' } });
      const places = all.filter((place) => place % count === index);
      await fillBucket(connection, { bucket: name, places, round: 0, progress: () => undefined });
    }
    await connection.close();
    return { work: entries, readings: {} };
  };
}

function follow(count: number): Trial {
  return async ({ serverUrl, bucket, progress }) => {
    await using client = await connectNats({ servers: serverUrl });
    const names = bucketNames(bucket, count);
    const sources = await Promise.all(names.map((name) => client.bucket(name, { create: false })));
    let applied = 0;
    const stopwatch = Stopwatch.start();
    const watches = sources.map((source) =>
      watchApplied({
        source,
        apply(batch) {
          applied += batch.length;
          progress(applied);
        },
      }),
    );
    await Promise.all(watches.map(({ ready }) => ready));
    stopwatch.stop();
    await Promise.all(watches.map((watch) => watch.stop()));
    return { work: applied, readings: { cpuMicroseconds: (stopwatch.cpuSeconds * MICROSECONDS) / applied } };
  };
}
