import { constants, readSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HandMadeFold, HandUpdate } from './hand-made-fold.js';

// A record: length of the key, length of the value (both u32, big-endian), revision (u64), key, value.
const HEADER_BYTES = 16;
const FLUSH_EVERY_MS = 1_000;
/** The length of a value that says: deleted. */
const DELETED = 0xffff_ffff;

interface Place {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Records appended to a file, and in memory where each value is: no checksums, no compaction, no recovery. One that is
 * there is read from its beginning.
 */
export async function openFile(directory: string): Promise<HandMadeFold> {
  const path = join(directory, 'entries.log');
  const file = await open(path, constants.O_RDWR | constants.O_CREAT);
  const found = await readFile(path);
  const index = indexOf(found);
  let end = found.length;
  const timer = setInterval(() => void file.datasync(), FLUSH_EVERY_MS);

  const read = ({ at, bytes }: Place): Uint8Array => {
    const value = new Uint8Array(bytes);
    readSync(file.fd, value, 0, bytes, at);
    return value;
  };
  const get = (key: string): Uint8Array | undefined => {
    const place = index.get(key);
    return place && read(place);
  };
  return {
    async write(updates) {
      const records = encode(updates);
      await file.write(records, 0, records.length, end);
      let at = end;
      for (const { key, value, operation } of updates) {
        at += HEADER_BYTES + Buffer.byteLength(key);
        if (operation === 'PUT') index.set(key, { at, bytes: value.length });
        else index.delete(key);
        at += operation === 'PUT' ? value.length : 0;
      }
      end += records.length;
    },
    count: () => index.size,
    get,
    getLater: async (key) => get(key),
    range(prefix) {
      const keys = [...index.keys()].filter((key) => key.startsWith(prefix)).sort();
      for (const key of keys) read(index.get(key) as Place);
      return keys.length;
    },
    async close() {
      clearInterval(timer);
      await file.datasync();
      await file.close();
    },
  };
}

/** Where each value is that the records leave. */
function indexOf(records: Buffer): Map<string, Place> {
  const index = new Map<string, Place>();
  for (let at = 0; at < records.length; ) {
    const valueAt = at + HEADER_BYTES + records.readUInt32BE(at);
    const bytes = records.readUInt32BE(at + 4);
    const key = records.toString('utf8', at + HEADER_BYTES, valueAt);
    if (bytes === DELETED) index.delete(key);
    else index.set(key, { at: valueAt, bytes });
    at = valueAt + (bytes === DELETED ? 0 : bytes);
  }
  return index;
}

function encode(updates: readonly HandUpdate[]): Buffer {
  let bytes = 0;
  for (const { key, value } of updates) bytes += HEADER_BYTES + Buffer.byteLength(key) + value.length;
  const records = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const { key, value, revision, operation } of updates) {
    const isPut = operation === 'PUT';
    const keyBytes = records.write(key, at + HEADER_BYTES);
    records.writeUInt32BE(keyBytes, at);
    records.writeUInt32BE(isPut ? value.length : DELETED, at + 4);
    records.writeBigUInt64BE(BigInt(revision), at + 8);
    at += HEADER_BYTES + keyBytes;
    if (isPut) {
      records.set(value, at);
      at += value.length;
    }
  }
  return records.subarray(0, at);
}
