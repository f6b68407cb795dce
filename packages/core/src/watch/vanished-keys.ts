import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvReader } from '../kv/kv-reader.js';
import type { WatchScope } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';

// Enough to hide the round trips of a data centre, few enough for any server.
export const KEYS_READ_AT_ONCE = 64;

/** What is compared. */
export interface VanishedKeysInput {
  readonly reader: KvReader;
  readonly store: SnapshotStore;
  readonly scope: WatchScope;
  /** The fold's cursor, when its versions compare with the source's; `undefined` when they do not. */
  readonly cursor: WatchCursor | undefined;
  readonly signal: AbortSignal;
}

/**
 * The keys in scope that the fold has and the source no longer has anything of, confirmed one by one: a listing that is
 * paged under concurrent writes may skip a live key, so a key that it lacks is only a candidate.
 *
 * The source must have been attached before, so that whatever is written meanwhile is delivered afterwards.
 * @throws what the listing or a confirmation fails with: nothing may be concluded from part of one
 */
export async function vanishedKeys(input: VanishedKeysInput): Promise<readonly string[]> {
  const candidates = await missingFromListing(input);
  const vanished: string[] = [];
  for (let from = 0; from < candidates.length; from += KEYS_READ_AT_ONCE) {
    const keys = candidates.slice(from, from + KEYS_READ_AT_ONCE);
    const gone = await Promise.all(keys.map((key) => isGone(key, input)));
    vanished.push(...keys.filter((_, index) => gone[index]));
  }
  return vanished;
}

async function missingFromListing(input: VanishedKeysInput): Promise<readonly string[]> {
  const { reader, store, scope, cursor, signal } = input;
  const known = new Set<string>();
  const missing: string[] = [];
  // A marker that is still there may be gone before it is delivered. So only live keys count where the watch begins
  // with the state; where it resumes, it reports what it may have missed.
  const listed = cursor === undefined ? undefined : reader.knownKeys?.bind(reader);
  for (const prefix of scope.prefixes) {
    const names = listed?.(prefix, { signal }) ?? reader.keys(prefix, { signal });
    for await (const key of names) known.add(key);
    // Whatever their versions: after a repair that a crash interrupted, some are of another incarnation.
    for await (const key of store.keys(prefix)) if (!known.has(key)) missing.push(key);
  }
  return missing;
}

/** Whether the key is gone, and the watch will not deliver why. */
async function isGone(key: string, { reader, cursor, signal }: VanishedKeysInput): Promise<boolean> {
  const last = await reader.entry(key, { signal });
  if (last === undefined) return true;
  // A marker past the cursor is part of the delta; one before it should have removed the key long ago.
  return last.kind !== 'put' && !cursor?.isBefore(last.version);
}
