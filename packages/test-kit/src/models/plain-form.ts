import type { KvEntry, KvUpdate } from '@slipstream/core';

/** An entry as plain data, for comparison: tokens keep their bytes in private fields, which no comparison sees. */
export interface PlainEntry {
  readonly key: string;
  readonly value: string;
  readonly version: string;
}

/** An update as plain data. */
export interface PlainUpdate extends PlainEntry {
  readonly kind: string;
}

/** The value becomes a string with one character for each byte. */
export function plainEntry({ key, value, version }: KvEntry): PlainEntry {
  return {
    key,
    value: Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1'),
    version: version.toString(),
  };
}

/** {@link plainEntry} with the kind. */
export function plainUpdate(update: KvUpdate): PlainUpdate {
  return { kind: update.kind, ...plainEntry(update) };
}
