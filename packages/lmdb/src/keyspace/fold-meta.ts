import { WatchCursor } from '@slipstream/core';

/** What a fold knows of itself: written in every commit, with the entries. */
export interface FoldMeta {
  /** Counts the commits: what tells two with the same cursor apart. */
  readonly commits: number;
  readonly cursor: WatchCursor;
  /** Links in the whole fold: what the engine counts that is no entry. */
  readonly links: number;
  /** The number of the next layer that is made. */
  readonly nextLayer: number;
}

/** Of a fold that nothing was applied to. */
export const EMPTY_META: FoldMeta = Object.freeze({
  commits: 0,
  cursor: WatchCursor.none,
  links: 0,
  nextLayer: 0,
});

const FIELD_BYTES = 6;
const COMMITS_AT = 2 * FIELD_BYTES;
const CURSOR_AT = 3 * FIELD_BYTES;

export function encodeMeta({ commits, cursor, links, nextLayer }: FoldMeta): Buffer {
  const bytes = cursor.toBytes();
  const record = Buffer.allocUnsafe(CURSOR_AT + bytes.length);
  record.writeUIntBE(links, 0, FIELD_BYTES);
  record.writeUIntBE(nextLayer, FIELD_BYTES, FIELD_BYTES);
  record.writeUIntBE(commits, COMMITS_AT, FIELD_BYTES);
  record.set(bytes, CURSOR_AT);
  return record;
}

/** `undefined`: the bytes are none, which is damage. */
export function decodeMeta(record: Buffer): FoldMeta | undefined {
  if (record.length < CURSOR_AT) return undefined;
  try {
    return {
      commits: record.readUIntBE(COMMITS_AT, FIELD_BYTES),
      cursor: WatchCursor.fromBytes(record.subarray(CURSOR_AT)),
      links: record.readUIntBE(0, FIELD_BYTES),
      nextLayer: record.readUIntBE(FIELD_BYTES, FIELD_BYTES),
    };
  } catch {
    return undefined;
  }
}
