import { seededRandom } from '@slipstream/core/testing';
import { breakLine } from './faults/break-line.js';
import { breakServer } from './faults/break-server.js';
import { driveLane, type FaultLane } from './faults/fault-lane.js';
import { fillDisk } from './faults/fill-disk.js';
import { killNode } from './faults/kill-node.js';
import { moveFold } from './faults/move-fold.js';
import { recreateBucket } from './faults/recreate-bucket.js';
import { tamperWithStreams } from './faults/tamper-with-streams.js';
import { pause } from './lifetime/pause.js';
import type { Random } from './lifetime/random-choice.js';
import { writeBatches } from './load/batch-writer.js';
import { read } from './load/readers.js';
import { write } from './load/writers.js';
import type { World } from './world/world.js';

const lanes: readonly FaultLane[] = [
  { fault: breakLine, pauseMs: 1_500 },
  { fault: breakServer, pauseMs: 5_000 },
  { fault: killNode, pauseMs: 2_000 },
  { fault: moveFold, pauseMs: 6_000 },
  { fault: fillDisk, pauseMs: 6_000 },
  { fault: recreateBucket, pauseMs: 16_000 },
  { fault: tamperWithStreams, pauseMs: 1_500 },
];

/**
 * Writes, reads and breaks for `ms`, all at once; resolves when everything is healed and nothing is under way.
 * @throws {Violation} as soon as one is seen, after the rest has come to an end
 */
export async function churn(world: World, random: Random, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([over.signal, signal]);
  // Each activity draws numbers of its own, so that the timing of one does not change the choices of another.
  const own = (): Random => seededRandom(Math.floor(random() * 2 ** 32));
  const activities = [
    ...world.buckets.map((bucket) => write(world, bucket, own(), until)),
    ...world.buckets.map((bucket) => writeBatches(world, bucket, own(), until)),
    ...lanes.map((lane) => driveLane(lane, world, own(), until)),
    read(world, own(), until),
    pause(ms, until).then(() => over.abort()),
  ].map(async (activity) => {
    try {
      await activity;
    } catch (error) {
      over.abort();
      throw error;
    }
  });
  const outcomes = await Promise.allSettled(activities);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
