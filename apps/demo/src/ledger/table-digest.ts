import { createHash } from 'node:crypto';

/** An entry of a table: bytes or text as the bucket holds it. */
export interface TableEntry {
  readonly key: string;
  readonly revision: number;
  readonly value: Uint8Array | string;
}

/** A table, so that two can be compared without sending them. */
export interface TableDigest {
  readonly entries: number;
  /** SHA-256 over keys, revisions and values in key order, in hexadecimal. */
  readonly sha256: string;
}

/** Digests entries, which come in key order. */
export function digestTable(entries: Iterable<TableEntry>): TableDigest {
  const hash = createHash('sha256');
  let count = 0;
  for (const { key, revision, value } of entries) {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    // The length makes the encoding unambiguous whatever the bytes are.
    hash.update(`${key} ${revision} ${bytes.length}\n`).update(bytes);
    count += 1;
  }
  return { entries: count, sha256: hash.digest('hex') };
}
