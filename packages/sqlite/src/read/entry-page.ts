import { markAsUntransferable } from 'node:worker_threads';
import type { KvEntry } from '@slipstream/core';
import { entryOf } from './entry-row.js';
import { listOf, type PageReading, type RowPage } from './row-page.js';

/** Longer values are read one by one, so that a page takes little memory, whatever is in it. */
const LONGEST_IN_PAGE = 4096;

/** Entries, their values in one buffer. */
export function entryPages(location: string): PageReading<KvEntry> {
  return {
    columns: `key,
      CASE typeof(version) WHEN 'integer' THEN version WHEN 'blob' THEN hex(version) END AS version,
      CASE typeof(value) WHEN 'blob' THEN octet_length(value) END AS length,
      CASE WHEN octet_length(value) <= ${LONGEST_IN_PAGE} THEN value ELSE x'' END AS value`,
    aggregates: `json_group_array(key), json_group_array(version), json_group_array(length),
      CAST(group_concat(value, '') AS BLOB)`,
    pageOf: (aggregates, longValue) => new EntryPage(aggregates, longValue, location),
  };
}

class EntryPage implements RowPage<KvEntry> {
  readonly #keys: readonly unknown[];
  readonly #versions: readonly unknown[];
  readonly #lengths: readonly unknown[];
  readonly #values: Uint8Array;
  readonly #longValue: (key: string) => unknown;
  readonly #location: string;
  #at = 0;
  #valueAt = 0;

  constructor(
    [keys, versions, lengths, values]: readonly unknown[],
    longValue: (key: string) => unknown,
    location: string,
  ) {
    this.#keys = listOf(keys);
    this.#versions = listOf(versions);
    this.#lengths = listOf(lengths);
    this.#values = values as Uint8Array;
    this.#longValue = longValue;
    this.#location = location;
    // Transferring one value to another thread would take the others along.
    markAsUntransferable(this.#values.buffer);
  }

  next(): KvEntry | undefined {
    const at = this.#at++;
    if (at >= this.#keys.length) return undefined;
    const key = this.#keys[at];
    return entryOf(
      key,
      versionColumn(this.#versions[at]),
      this.#value(key, this.#lengths[at]),
      this.#location,
    );
  }

  /** `undefined`: not a value, which is damage. */
  #value(key: unknown, length: unknown): unknown {
    if (typeof length !== 'number') return undefined;
    if (length > LONGEST_IN_PAGE) return this.#longValue(String(key));
    const start = this.#valueAt;
    this.#valueAt += length;
    return new Uint8Array(this.#values.buffer, this.#values.byteOffset + start, length);
  }
}

/** JSON has no bytes. */
function versionColumn(column: unknown): unknown {
  return typeof column === 'string' ? Buffer.from(column, 'hex') : column;
}
