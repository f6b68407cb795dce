import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { HandMadeFold } from './hand-made-fold.js';
import { handRecord, recordValue } from './hand-record.js';

// Sorts before every key, which begin with a letter.
const CURSOR = '!cursor';
const FIRST_KEY = '"';

/** Entries in LevelDB. */
export async function openLevel(directory: string): Promise<HandMadeFold> {
  const db = new ClassicLevel<string, Uint8Array>(join(directory, 'level'), { valueEncoding: 'view' });
  await db.open();
  return {
    write(updates) {
      const last = updates.at(-1)?.revision ?? 0;
      return db.batch(
        [
          ...updates.map(({ key, value, revision, operation }) =>
            operation === 'PUT'
              ? ({ type: 'put', key, value: handRecord(revision, value) } as const)
              : ({ type: 'del', key } as const),
          ),
          { type: 'put', key: CURSOR, value: handRecord(last, new Uint8Array()) },
        ],
        { sync: false },
      );
    },
    async count() {
      let count = 0;
      for await (const _ of db.keys({ gte: FIRST_KEY })) count += 1;
      return count;
    },
    get(key) {
      const record = db.getSync(key);
      return record && recordValue(record);
    },
    async getLater(key) {
      const record = await db.get(key);
      return record && recordValue(record);
    },
    async range(prefix) {
      let count = 0;
      for await (const [, record] of db.iterator({ gte: prefix, lt: `${prefix}\uffff` })) {
        recordValue(record);
        count += 1;
      }
      return count;
    },
    close: () => db.close(),
  };
}
