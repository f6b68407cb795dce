import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import type { WatchChunk } from '../kv/kv-watcher.js';

/** The epoch that these helpers write when none is given. */
export const TEST_EPOCH = 'test-epoch';

/** The source's time that they write, in milliseconds since 1970. */
export const TEST_TIME: number = Date.UTC(2030, 0, 1);

const encoder = new TextEncoder();
const noBytes = new Uint8Array(0);

/** A put at `revision`. Text becomes UTF-8; without a value it is `<key>@<revision>`. */
export function putUpdate(
  key: string,
  revision: number | bigint,
  value: string | Uint8Array = `${key}@${revision}`,
): KvUpdate {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  return { kind: 'put', key, value: bytes, version: VersionToken.fromRevision(revision) };
}

/** A delete at `revision`. */
export function deleteUpdate(key: string, revision: number | bigint): KvUpdate {
  return { kind: 'delete', key, value: noBytes, version: VersionToken.fromRevision(revision) };
}

/** A purge at `revision`. */
export function purgeUpdate(key: string, revision: number | bigint): KvUpdate {
  return { kind: 'purge', key, value: noBytes, version: VersionToken.fromRevision(revision) };
}

/** The cursor after `revision`. */
export function cursorAt(revision: number | bigint, epoch: string = TEST_EPOCH): WatchCursor {
  return WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch, at: TEST_TIME });
}

/** What a {@link chunkOf} may say besides its updates. */
export interface ChunkParts {
  /** @defaultValue the version of the last update, in {@link TEST_EPOCH}; none when there is no update */
  readonly cursor?: WatchCursor | undefined;
  /** @defaultValue 0, caught up */
  readonly pending?: number | undefined;
  /** @defaultValue false */
  readonly mayLackDeletes?: boolean | undefined;
}

/** A chunk as a watch yields it. */
export function chunkOf(updates: readonly KvUpdate[], parts: ChunkParts = {}): WatchChunk {
  const last = updates.at(-1);
  const cursor =
    last === undefined
      ? WatchCursor.none
      : WatchCursor.of({ version: last.version, epoch: TEST_EPOCH, at: TEST_TIME });
  return {
    updates,
    cursor: parts.cursor ?? cursor,
    pending: 'pending' in parts ? parts.pending : 0,
    mayLackDeletes: parts.mayLackDeletes,
  };
}
