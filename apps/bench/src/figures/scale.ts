import { connect } from '@nats-io/transport-node';
import { prefixes, ResourceScope, watchApplied } from '@slipstream/core';
import { connectNats } from '@slipstream/nats';
import { groupPrefix, shuffledPlaces } from '../data/bench-entries.js';
import { benchUpdates } from '../data/bench-updates.js';
import { applyBatch } from '../ours/apply-batch.js';
import { fillFold } from '../ours/fill-fold.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS, openFold } from '../ours/fold-engine.js';
import { HAND_BATCH } from '../peers/hand-made-fold.js';
import { Stopwatch } from '../trial/stopwatch.js';
import type { Outcome, Trial } from '../trial/trial.js';
import { fillBucket } from '../world/fill-bucket.js';
import type { Comparison } from './comparison.js';

/** Updates whose cost is measured. */
const UPDATES = 20 * HAND_BATCH;
const MICROSECONDS = 1_000_000;

const FLAT: Readonly<Record<DiskEngine, number | undefined>> = {
  log: 2,
  level: 2,
  lmdb: undefined,
  sqlite: undefined,
};

/** What grows with the number of keys, buckets and prefixes, and what does not. */
export const scale: readonly Comparison[] = [
  ...diskEngines.flatMap((engine) => [keys(engine, 10, 100_000), keys(engine, 100, 1_000_000)]),
  buckets(10),
  buckets(100),
  ...[1, 10, 100].map(consumers),
];

/** The cost of an update of a key that is there, in a fold with many and one with `times` fewer. */
function keys(engine: DiskEngine, times: number, full: number): Comparison {
  const name = `scale/keys/${engine}/x${times}`;
  const atMost = FLAT[engine];
  return {
    name,
    sizes: { quick: times === 10 ? full : 0, full },
    usesBucket: false,
    ours: {
      name: `${engine} fold`,
      options: `${FOLD_OPTIONS}, apply() of ${HAND_BATCH}`,
      run: update(engine, 1),
    },
    peer: { name: `with ${times} times fewer keys`, options: 'the same', run: update(engine, times) },
    figures: [
      {
        name,
        unit: 'µs per update',
        better: 'less',
        target: atMost === undefined ? undefined : { of: 'ratio', atMost },
        reading: 'microseconds',
      },
    ],
  };
}

function update(engine: DiskEngine, fewer: number): Trial {
  return async ({ entries, directory, progress }) => {
    const kept = Math.ceil(entries / fewer);
    await using store = await openFold(engine, `${directory}/fold`);
    await fillFold(store, kept, progress);
    const order = shuffledPlaces(kept);
    const places = Uint32Array.from({ length: UPDATES }, (_, index) => order[index % kept] ?? 0);
    const updates = benchUpdates(places, 0, UPDATES, 1);
    const stopwatch = Stopwatch.start();
    for (let at = 0; at < UPDATES; at += HAND_BATCH)
      await applyBatch(store, updates.slice(at, at + HAND_BATCH));
    stopwatch.stop();
    return { work: UPDATES, readings: { microseconds: (stopwatch.seconds * MICROSECONDS) / UPDATES } };
  };
}

/** The cost of an update when one process follows many buckets instead of one. */
function buckets(count: number): Comparison {
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

/** What the server keeps for a watch on many prefixes. */
function consumers(count: number): Comparison {
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
    await using scope = new ResourceScope('the trial');
    const client = await connectNats({ servers: serverUrl });
    scope.attach(client);
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
