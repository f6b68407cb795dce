import { connect } from '@nats-io/transport-node';
import type { KvUpdate } from '@slipstream/core';
import { BucketFollower } from '../ours/bucket-follower.js';
import { FOLD_OPTIONS, openFold } from '../ours/fold-engine.js';
import { median, percentile } from '../results/statistics.js';
import type { Outcome, Trial, TrialContext } from '../trial/trial.js';
import { startWriter } from '../writer/start-writer.js';
import { sharedClockMs } from '../writer/writer-orders.js';
import type { Comparison, Figure } from './comparison.js';

const SECONDS = 3;
/** The first of them, in which both sides still compile their code, do not count. */
const WARM_UP = 0.2;
const ENGINE = 'log';
const RATES = [1_000, 10_000];

/** From the put to where it can be read. */
export const latency: readonly Comparison[] = RATES.map((putsPerSecond) => ({
  name: `latency/${putsPerSecond}`,
  // Each put has a key of its own: of two puts of one key, the server may deliver the last alone.
  sizes: { quick: putsPerSecond * SECONDS, full: putsPerSecond * SECONDS },
  usesBucket: true,
  ours: {
    name: `watchApplied, ${ENGINE}, until it is in the fold`,
    options: FOLD_OPTIONS,
    run: latencyOurs(putsPerSecond),
  },
  peer: {
    name: "a subscription on the stream's subjects, until its callback",
    options: 'no JetStream',
    run: latencyBare(putsPerSecond),
  },
  figures: figuresOf(`latency/${putsPerSecond}`),
}));

function figuresOf(name: string): readonly Figure[] {
  const figure = { unit: 'ms', better: 'less' } as const;
  return [
    { ...figure, name: `${name}/median`, target: { of: 'difference', atMost: 2 }, reading: 'medianMs' },
    { ...figure, name: `${name}/p99`, target: undefined, reading: 'p99Ms' },
  ];
}

function latencyOurs(putsPerSecond: number): Trial {
  return async (context) => {
    const latencies = new Latencies(context.entries);
    await using store = await openFold(ENGINE, `${context.directory}/fold`);
    await using follower = await BucketFollower.connect(context);
    let received: readonly KvUpdate[] = [];
    let isLive = false;
    const watch = follower.follow(store, {
      received(batch) {
        received = batch;
      },
      committed() {
        // Batches are committed one at a time.
        if (isLive) for (const { value } of received) latencies.arrived(value);
        received = [];
      },
    });
    await watch.ready;
    isLive = true;
    return await latencies.measure(context, putsPerSecond);
  };
}

function latencyBare(putsPerSecond: number): Trial {
  return async (context) => {
    const latencies = new Latencies(context.entries);
    const connection = await connect({ servers: context.serverUrl });
    connection.subscribe(`$KV.${context.bucket}.>`, {
      callback: (_, message) => latencies.arrived(message.data),
    });
    await connection.flush();
    const outcome = await latencies.measure(context, putsPerSecond);
    await connection.close();
    return outcome;
  };
}

/** How long the puts of one writer took to arrive. */
class Latencies {
  readonly #expected: number;
  readonly #ms: number[] = [];
  readonly #complete = Promise.withResolvers<void>();

  constructor(expected: number) {
    this.#expected = expected;
  }

  /** Takes note of a value that can be read now: it begins with the time at which it was put. */
  arrived(value: Uint8Array): void {
    const putAt = new DataView(value.buffer, value.byteOffset).getFloat64(0);
    this.#ms.push(sharedClockMs() - putAt);
    if (this.#ms.length === this.#expected) this.#complete.resolve();
  }

  /** Writes, waits until all has arrived, and says how long it took. */
  async measure(context: TrialContext, putsPerSecond: number): Promise<Outcome> {
    await using writer = startWriter(context, { putsPerSecond, puts: this.#expected });
    await writer.done;
    await this.#complete.promise;
    const counted = this.#ms.slice(Math.floor(this.#expected * WARM_UP));
    return {
      work: this.#ms.length,
      readings: { medianMs: median(counted), p99Ms: percentile(counted, 0.99) },
    };
  }
}
