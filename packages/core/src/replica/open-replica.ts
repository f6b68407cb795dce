import { notify } from '../watch/notify.js';
import { watchApplied } from '../watch/watch-applied.js';
import { LiveReplica } from './live-replica.js';
import type { Replica } from './replica.js';
import type { ReplicaOptions } from './replica-options.js';
import { TypedFold } from './typed-fold.js';
import { TypedValues } from './typed-values.js';
import { bytesCodec, resolveCodec, type ValueCodec } from './value-codec.js';

// About the working set of a busy node; a decoded route or flag is a few hundred bytes.
const DEFAULT_CACHE_ENTRIES = 16_384;

/**
 * Opens a bucket as a replica: what the fold holds is readable when this resolves, the source is followed
 * from then on, and `ready` resolves when it has caught up.
 *
 * A value that does not decode or does not fit the schema is never thrown into the loop: it is reported and
 * kept under quarantine, and reads go on returning the last good value. The raw bytes are in the fold all
 * the same, which stays equal to the bucket.
 *
 * @throws `UNSUPPORTED` for a fold without synchronous reads; whatever opening the fold throws; {@link TypeError} and
 * {@link RangeError} for options that make no sense. A source that cannot be reached is not an error: it is tried
 * again, and the state shows it.
 */
export async function openReplica<V = Uint8Array>(options: ReplicaOptions<V>): Promise<Replica<V>> {
  const {
    store: provided,
    schema,
    cacheEntries = DEFAULT_CACHE_ENTRIES,
    observer,
    ...watchOptions
  } = options;
  if (!(Number.isInteger(cacheEntries) && cacheEntries >= 0)) {
    throw new RangeError(`cacheEntries is ${cacheEntries}, not a whole number from 0`);
  }
  // Without a schema, V is Uint8Array.
  const codec =
    schema === undefined ? (bytesCodec as ValueCodec<unknown> as ValueCodec<V>) : resolveCodec(schema);
  const store = typeof provided === 'function' ? await provided() : provided;
  const owned = typeof provided === 'function' ? store : undefined;
  try {
    const values = new TypedValues(codec, cacheEntries, (quarantined) =>
      notify(observer, { type: 'value-quarantined', ...quarantined }),
    );
    const fold = new TypedFold(store, values);
    const watch = watchApplied({
      ...watchOptions,
      store,
      observer,
      apply: (batch) => fold.stage(batch),
      onApplied: () => fold.publish(),
    });
    return new LiveReplica(fold, watch, owned);
  } catch (error) {
    await owned?.close();
    throw error;
  }
}
