import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
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

/** Records appended to a file, and in memory where each value is: no checksums, no compaction, no recovery. */
export async function openFile(directory: string): Promise<HandMadeFold> {
  const file = await open(join(directory, 'entries.log'), 'wx+');
  const index = new Map<string, Place>();
  let end = 0;
  const timer = setInterval(() => void file.datasync(), FLUSH_EVERY_MS);

  const read = ({ at, bytes }: Place): Uint8Array => {
    const value = new Uint8Array(bytes);
    readSync(file.fd, value, 0, bytes, at);
    return value;
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
    get(key) {
      const place = index.get(key);
      return place && read(place);
    },
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
