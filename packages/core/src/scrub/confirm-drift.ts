import { bytesEqual } from '../bytes.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import type { KvStore } from '../kv/kv-store.js';
import { syntheticDelete } from '../kv/synthetic-delete.js';
import { resumeObstacle } from '../protocol/resume-window.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import { KEYS_READ_AT_ONCE } from '../watch/vanished-keys.js';
import type { DriftKind, FoldDrift } from './fold-drift.js';

/** What is compared, while the fold is at rest. */
export interface DriftInput {
  readonly source: KvStore;
  readonly fold: SnapshotStore;
  /** Whether values are compared, too. */
  readonly values: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A difference, and what would repair it. */
export interface ConfirmedDrift {
  readonly drift: FoldDrift;
  readonly remedy: KvUpdate;
}

/**
 * Of candidates those that really differ, found by reading each from the source while the fold is at rest: what
 * the source wrote past the fold's cursor is on its way, and no difference.
 */
export async function confirmDrift(
  input: DriftInput,
  candidates: readonly string[],
): Promise<readonly ConfirmedDrift[]> {
  const { source, fold, signal } = input;
  const confirmed: ConfirmedDrift[] = [];
  for (let from = 0; from < candidates.length; from += KEYS_READ_AT_ONCE) {
    const keys = candidates.slice(from, from + KEYS_READ_AT_ONCE);
    const held = await fold.getMany(keys);
    const last = await Promise.all(keys.map((key) => source.reader.entry(key, { signal })));
    for (const [index, key] of keys.entries()) {
      const found = driftOf(key, held[index], last[index], input);
      if (found !== undefined) confirmed.push(found);
    }
  }
  // Last, so that a bucket that was re-created in between is noticed before anything is concluded from its answers.
  await assertComparable(source, fold.cursor, signal);
  return confirmed;
}

/** @throws `CURSOR_EXPIRED` when versions of the fold and the source do not compare; `UNSUPPORTED` */
export async function assertComparable(
  source: KvStore,
  cursor: WatchCursor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { revision, epoch } = cursor;
  const bucket = `bucket ${source.name}`;
  if (cursor.isNone) {
    throw new SlipstreamError('CURSOR_EXPIRED', `${bucket}: the fold has no cursor to compare it at`, {
      hint: 'Let a watch fill the fold first.',
    });
  }
  if (revision === undefined) {
    throw new SlipstreamError('UNSUPPORTED', `${bucket}: versions without order cannot be compared`);
  }
  const obstacle = resumeObstacle({ cursor: { revision, epoch }, log: await source.status({ signal }) });
  if (obstacle === undefined || obstacle === 'below-window') return;
  throw new SlipstreamError(
    'CURSOR_EXPIRED',
    `${bucket}, cursor ${cursor} (${obstacle}): the fold is of another incarnation of the log`,
    { hint: 'Let a watch repair the fold first.' },
  );
}

function driftOf(
  key: string,
  held: KvEntry | undefined,
  last: KvUpdate | undefined,
  { fold, values }: DriftInput,
): ConfirmedDrift | undefined {
  if (last !== undefined && fold.cursor.isBefore(last.version)) return undefined;
  const kind = kindOf(held, last, values);
  if (kind === undefined) return undefined;
  const drift = { kind, key, inFold: held?.version, inSource: last?.version };
  return { drift, remedy: last?.kind === 'put' ? last : syntheticDelete(key) };
}

function kindOf(
  held: KvEntry | undefined,
  last: KvUpdate | undefined,
  values: boolean,
): DriftKind | undefined {
  if (last?.kind !== 'put') return held === undefined ? undefined : 'stale';
  if (held === undefined) return 'missing';
  if (!held.version.equals(last.version)) return 'version';
  return values && !bytesEqual(held.value, last.value) ? 'value' : undefined;
}
