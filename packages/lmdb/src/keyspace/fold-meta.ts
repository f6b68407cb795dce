import { WatchCursor } from '@slipstream/core';

/** The fold's own record: written in every commit, with the entries. */
export interface FoldMeta {
  /** Counts the commits: distinguishes two with the same cursor. */
  readonly commits: number;
  readonly cursor: WatchCursor;
  /** Links in the whole fold, which the engine counts like entries. */
  readonly links: number;
  /** The number of the next layer to be created. */
  readonly nextLayer: number;
}

/** Of a new fold. */
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

/** `undefined` when the bytes do not decode, which is damage. */
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
