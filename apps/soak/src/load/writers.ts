import { pause } from '../lifetime/pause.js';
import { between, pick, type Random } from '../lifetime/random-choice.js';
import type { Write } from '../oracle/ledger.js';
import type { Incarnation } from '../world/incarnation.js';
import { EXPIRING } from '../world/key-space.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { World } from '../world/world.js';

const WRITERS = 4;
/** How often a change of each kind is made, in the order of their thresholds. */
const DELETE_BELOW = 0.1;
const PURGE_BELOW = 0.14;
const EXPIRING_PURGE_BELOW = 0.22;
const EXPIRING_PUT_BELOW = 0.3;
const TTLS_MS = [1_000, 2_000] as const;

type ChangeKind = 'put' | 'put that expires' | 'delete' | 'purge' | 'purge that expires';

/** Changes a bucket until `signal` fires; resolves when nothing is under way any more. */
export async function write(
  world: World,
  bucket: SoakBucket,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const { settings } = bucket;
  const writer = async (index: number): Promise<void> => {
    // Each has keys of its own, so that the ledger has the writes to a key in the order of the log.
    const keys = bucket.keys.filter((_, position) => position % WRITERS === index);
    const pauseMs = (1_000 * WRITERS) / settings.writesPerSecond;
    while (await pause(2 * pauseMs * random(), signal)) {
      const key = keys[between(random, 0, keys.length - 1)] ?? '';
      const kind = pickKind(random, settings.config.markerTtlMs !== undefined);
      const planned = plan(kind, settings.valueBytes, random);
      try {
        await bucket.change((incarnation) => change(incarnation, key, kind, planned));
        world.tally.countWrite(kind);
      } catch {
        world.tally.unanswered += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
}

function pickKind(random: Random, canExpire: boolean): ChangeKind {
  const draw = random();
  if (draw < DELETE_BELOW) return 'delete';
  if (draw < PURGE_BELOW) return 'purge';
  if (draw < EXPIRING_PURGE_BELOW) return canExpire ? 'purge that expires' : 'purge';
  return draw < EXPIRING_PUT_BELOW && canExpire ? 'put that expires' : 'put';
}

function plan(kind: ChangeKind, valueBytes: number, random: Random): Omit<Write, 'sentAt'> {
  const text = `${Math.floor(random() * 2 ** 32).toString(36)}:`;
  const ttlMs = pick(random, TTLS_MS);
  switch (kind) {
    case 'put':
      return { value: text.padEnd(valueBytes, 'x') };
    case 'put that expires':
      return { value: `${EXPIRING}${text}`.padEnd(valueBytes, 'x'), ttlMs };
    case 'purge that expires':
      return { value: undefined, ttlMs };
    default:
      return { value: undefined };
  }
}

async function change(
  { store: { writer, purger, ttl }, ledger }: Incarnation,
  key: string,
  kind: ChangeKind,
  planned: Omit<Write, 'sentAt'>,
): Promise<void> {
  const { value = '', ttlMs = 0 } = planned;
  const attempt = ledger.begin(key, { ...planned, sentAt: Date.now() });
  const bytes = new TextEncoder().encode(value);
  const requests: Readonly<Record<ChangeKind, () => Promise<{ revision: bigint | undefined }> | undefined>> =
    {
      put: () => writer?.put(key, bytes),
      'put that expires': () => ttl?.putWithTtl(key, bytes, ttlMs),
      delete: () => writer?.delete(key),
      purge: () => purger?.purge(key),
      'purge that expires': () => purger?.purge(key, { markerTtlMs: ttlMs }),
    };
  const version = await requests[kind]();
  ledger.acknowledge(attempt, Number(version?.revision));
}
