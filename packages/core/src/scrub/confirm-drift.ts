import { bytesEqual } from '../bytes.js';
import { VersionToken } from '../cursor/version-token.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import type { KvStore } from '../kv/kv-store.js';
import { resumeObstacle } from '../protocol/resume-window.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { DriftKind, FoldDrift } from './fold-drift.js';

// Enough to hide the round trips of a data centre, few enough for any server.
const READS_AT_ONCE = 64;

/** A difference, and what would mend it. */
export interface ConfirmedDrift {
  readonly drift: FoldDrift;
  readonly remedy: KvUpdate;
}

/**
 * Of candidates those that really differ, found by reading each from the source while the fold is at rest: what
 * the source wrote past the fold's cursor is on its way, and no difference.
 */
export async function confirmDrift(
  source: KvStore,
  fold: SnapshotStore,
  candidates: readonly string[],
  values: boolean,
  signal: AbortSignal | undefined,
): Promise<readonly ConfirmedDrift[]> {
  const confirmed: ConfirmedDrift[] = [];
  for (let from = 0; from < candidates.length; from += READS_AT_ONCE) {
    const keys = candidates.slice(from, from + READS_AT_ONCE);
    const held = await fold.getMany(keys);
    const last = await Promise.all(keys.map((key) => source.reader.entry(key, { signal })));
    for (const [index, key] of keys.entries()) {
      const found = compared(key, held[index], last[index], fold.cursor, values);
      if (found !== undefined) confirmed.push(found);
    }
  }
  // Last, so that a bucket that was made anew in between is noticed before anything is concluded from its answers.
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
  const log = await source.status({ signal });
  if (revision === undefined && !cursor.isNone) {
    throw new SlipstreamError(
      'UNSUPPORTED',
      `bucket ${source.name}: versions without order cannot be compared`,
    );
  }
  const obstacle = revision === undefined ? 'none' : resumeObstacle({ cursor: { revision, epoch }, log });
  if (obstacle === undefined || obstacle === 'below-window') return;
  throw new SlipstreamError(
    'CURSOR_EXPIRED',
    `bucket ${source.name}, cursor ${cursor} (${obstacle}): the fold is not of this incarnation of the log`,
    { hint: 'Let a watch repair the fold first.' },
  );
}

function compared(
  key: string,
  held: KvEntry | undefined,
  last: KvUpdate | undefined,
  cursor: WatchCursor,
  values: boolean,
): ConfirmedDrift | undefined {
  if (last !== undefined && isPast(last.version, cursor)) return undefined;
  const kind = kindOf(held, last, values);
  if (kind === undefined) return undefined;
  const drift = { kind, key, inFold: held?.version, inSource: last?.version };
  return { drift, remedy: last?.kind === 'put' ? last : removal(key) };
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

function removal(key: string): KvUpdate {
  return { kind: 'delete', key, value: new Uint8Array(0), version: VersionToken.unknown };
}

function isPast(version: VersionToken, cursor: WatchCursor): boolean {
  return (version.revision ?? 0n) > (cursor.revision ?? 0n);
}
