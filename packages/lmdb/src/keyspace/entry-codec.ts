import { decodeRecord, type KvEntry } from '@slipstream/core';
import { type KeyEncoder, keyEncoder } from './key-encoder.js';
import { ValuePage } from './value-page.js';

/** How the engine decodes keys and records. */
export interface EntryCodec {
  readonly keyEncoder: KeyEncoder;
  readonly encoder: {
    encode(record: Uint8Array): Uint8Array;
    /**
     * The entry in a record of the root layer (`undefined`: it does not decode); records of other layers as bytes. The
     * engine calls it after it has read the key.
     */
    decode(record: Buffer, length: number): KvEntry | Buffer | undefined;
  };
}

/** The codec of handles that the fold opened: the engine itself makes the entries, without an object in between. */
export function entryCodec(): EntryCodec {
  const values = new ValuePage();
  let key: string | undefined;
  return {
    keyEncoder: {
      ...keyEncoder,
      readKey(source, start, end) {
        const read = keyEncoder.readKey(source, start, end);
        key = typeof read === 'string' ? read : undefined;
        return read;
      },
    },
    encoder: {
      encode: (record) => record,
      decode(record, length) {
        if (key === undefined) return Buffer.from(record.subarray(0, length));
        return decodeRecord(key, values.copy(record, length), true);
      },
    },
  };
}
