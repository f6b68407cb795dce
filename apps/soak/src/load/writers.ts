import { pause } from '../lifetime/pause.js';
import { between, type Random } from '../lifetime/seeded-random.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { World } from '../world/world.js';

const WRITERS = 4;
const DELETE_SHARE = 0.2;
/** Of the deletes: purges whose marker expires soon after. */
const EXPIRING_SHARE = 0.4;
const MARKER_TTL_MS = 1_000;

/** Changes a bucket until `signal` fires; resolves when nothing is under way any more. */
export async function write(
  world: World,
  bucket: SoakBucket,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const writer = async (index: number): Promise<void> => {
    // Each has keys of its own, so that the ledger has the writes to a key in the order of the log.
    const keys = bucket.keys.filter((_, position) => position % WRITERS === index);
    const pauseMs = (1_000 * WRITERS) / bucket.settings.writesPerSecond;
    while (await pause(2 * pauseMs * random(), signal)) {
      const key = keys[between(random, 0, keys.length - 1)] ?? '';
      await change(bucket, key, random).catch(() => {
        world.tally.unanswered += 1;
      });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
}

async function change(bucket: SoakBucket, key: string, random: Random): Promise<void> {
  const { store, ledger, settings } = bucket;
  const isDelete = random() < DELETE_SHARE;
  const expires = random() < EXPIRING_SHARE && settings.config.allowTtl === true;
  const text = `${Math.floor(random() * 2 ** 32).toString(36)}:`.padEnd(settings.valueBytes, 'x');
  ledger.begin(key);
  if (!isDelete) {
    const version = await store.writer?.put(key, new TextEncoder().encode(text));
    ledger.acknowledge(key, { revision: Number(version?.revision), value: text });
    return;
  }
  const version = expires
    ? await store.purger?.purge(key, { markerTtlMs: MARKER_TTL_MS })
    : await store.writer?.delete(key);
  ledger.acknowledge(key, { revision: Number(version?.revision), value: undefined });
}
