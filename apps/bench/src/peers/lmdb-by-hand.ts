import { join } from 'node:path';
import { open } from 'lmdb';
import type { HandMadeFold } from './hand-made-fold.js';
import { handRecord, recordValue } from './hand-record.js';

// Sorts before every key, which begin with a letter.
const CURSOR = '!cursor';
const FIRST_KEY = '"';

/** What is used of the package; its declarations do not compile for ES modules. */
interface Database {
  put(key: string, value: Uint8Array): unknown;
  remove(key: string): unknown;
  batch(action: () => void): Promise<unknown>;
  get(key: string): Uint8Array | undefined;
  getRange(range: { start: string; end?: string }): Iterable<{ key: string; value: Uint8Array }>;
  getKeysCount(range: { start: string }): number;
  close(): Promise<void>;
}

/** Entries in LMDB. */
export async function openLmdb(directory: string): Promise<HandMadeFold> {
  const db = open(join(directory, 'lmdb'), { encoding: 'binary' }) as unknown as Database;
  const get = (key: string): Uint8Array | undefined => {
    const record = db.get(key);
    return record && recordValue(record);
  };
  return {
    async write(updates) {
      await db.batch(() => {
        for (const { key, value, revision, operation } of updates) {
          if (operation === 'PUT') db.put(key, handRecord(revision, value));
          else db.remove(key);
        }
        db.put(CURSOR, handRecord(updates.at(-1)?.revision ?? 0, new Uint8Array()));
      });
    },
    count: () => db.getKeysCount({ start: FIRST_KEY }),
    get,
    getLater: async (key) => get(key),
    range(prefix) {
      let count = 0;
      for (const { value } of db.getRange({ start: prefix, end: `${prefix}\uffff` })) {
        recordValue(value);
        count += 1;
      }
      return count;
    },
    close: () => db.close(),
  };
}
