import type { KvEntry, KvUpdate } from '@slipstream/core';

/** An entry as plain data. */
export interface PlainEntry {
  readonly key: string;
  readonly value: string;
  readonly version: string;
}

/** An update as plain data. */
export interface PlainUpdate extends PlainEntry {
  readonly kind: string;
}

/**
 * An entry as plain data, for `deepEqual` and `toEqual`: they do not see a version, which is in private fields. The value
 * becomes a string with one character for each byte.
 */
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
