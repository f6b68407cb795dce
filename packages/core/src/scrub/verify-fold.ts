import { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvStore } from '../kv/kv-store.js';
import { all, type WatchScope } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import { assertFunctions } from '../watch/assert-functions.js';
import { notify } from '../watch/notify.js';
import type { Observer } from '../watch/watch-observer.js';
import { assertComparable, confirmDrift } from './confirm-drift.js';
import { type CandidateInput, differingKeys, unlistedKeys } from './drift-candidates.js';
import { type FoldFollower, foldAtRest } from './fold-at-rest.js';
import type { DriftFoundEvent, DriftKind, FoldDrift, FoldReport } from './fold-drift.js';

/** Options of {@link verifyFold}. */
export interface VerifyFoldOptions {
  /** The scope that the fold follows, or a part of it. @defaultValue all keys, for a fold that follows all */
  readonly scope?: WatchScope | undefined;
  /** Whether values are compared, too, besides names and versions. @defaultValue false */
  readonly values?: boolean | undefined;
  /** Whether differences are repaired in the fold. @defaultValue false */
  readonly repair?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Receives every difference as it is found. */
  readonly observer?: Observer<DriftFoundEvent> | undefined;
}

const REPORTED_DRIFT = 1_000;

/**
 * Compares a fold with its source, key by key. It sees what no watch can: keys that a server's crash revived or
 * took back, flipped bits, a fold that was imported from the wrong place, values that limits evicted unseen.
 *
 * Both may go on meanwhile: a difference counts only when an authoritative read, made while the fold stands still,
 * confirms it, and what the source wrote past the fold's cursor is not a difference. A fold that a watch or a replica
 * follows must be given as that; a repair then takes its turn between two flushes. Repairs never move the cursor.
 * A replica's reads and subscribers see them; they do not pass through a watch's `apply`: state
 * that is kept besides the fold has to follow the observer.
 *
 * Memory is bounded whatever the size of the bucket, by pages and by the names of 100 000 keys.
 *
 * @throws {TypeError} when no scope is given and the fold's cursor names one; `CURSOR_EXPIRED` when the fold has no
 * cursor, or one of another incarnation of the log: nothing was concluded; `ABORTED`; what the source or the fold
 * fails with
 */
export async function verifyFold(
  source: KvStore,
  fold: SnapshotStore | FoldFollower,
  options: VerifyFoldOptions = {},
): Promise<FoldReport> {
  const { scope: given, values = false, repair = false, signal, observer } = options;
  assertFunctions({ observer });
  const scope = given ?? all();
  const atRest = foldAtRest(fold);
  const input: CandidateInput = { reader: source.reader, atRest, scope, values, signal };
  const counts: Record<DriftKind, number> = { missing: 0, stale: 0, version: 0, value: 0 };
  const drift: FoldDrift[] = [];
  let compared = 0;
  let repaired = 0;

  const settle = async (candidates: readonly string[]): Promise<void> => {
    if (candidates.length === 0) return;
    const confirmed = await atRest(async (store) => {
      const found = await confirmDrift({ source, fold: store, values, signal }, candidates);
      const remedies = repair ? found.map(({ remedy }) => remedy) : [];
      if (remedies.length > 0) await store.apply(remedies, WatchCursor.none);
      repaired += remedies.length;
      return found;
    });
    for (const each of confirmed) {
      counts[each.drift.kind] += 1;
      if (drift.length < REPORTED_DRIFT) drift.push(each.drift);
      notify(observer, { type: 'drift-found', drift: each.drift, repaired: repair });
    }
  };

  await atRest((store) => {
    if (given === undefined && store.cursor.scope !== undefined) {
      throw new TypeError(
        'the fold follows a scope of its own: without it, every other key would be missing',
      );
    }
    return assertComparable(source, store.cursor, signal);
  });
  const count = (entries: number): void => {
    compared += entries;
  };
  for await (const candidates of differingKeys(input, count)) await settle(candidates);
  for await (const candidates of unlistedKeys(input)) await settle(candidates);
  return { compared, counts, drift, repaired, cursor: fold.cursor };
}
