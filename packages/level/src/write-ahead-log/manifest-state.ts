import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logRecords } from './log-records.js';

/** What LevelDB's list of files says of its logs. */
export interface ManifestState {
  /** Logs with a lower number are in tables by now. */
  readonly logNumber: number;
  /** The number of the last change when the list was written: in a table, or in the log of this number. */
  readonly lastSequence: number;
}

/**
 * Reads as much of the list of files as is needed to read the logs. `undefined` when it cannot be read:
 * LevelDB will refuse it, and say why.
 */
export async function readManifestState(directory: string): Promise<ManifestState | undefined> {
  const name = (await readFile(join(directory, 'CURRENT'), 'utf8')).trim();
  if (!/^MANIFEST-\d+$/.test(name)) return undefined;
  await using file = await open(join(directory, name), 'r');
  let state: ManifestState = { logNumber: 0, lastSequence: 0 };
  for await (const { bytes } of logRecords(file)) {
    // Damaged; or torn at its end, where the last change of the list was not completed.
    if (bytes === undefined) return state;
    const next = afterEdit(state, bytes);
    if (next === undefined) return undefined;
    state = next;
  }
  return state;
}

/** What follows the tags of LevelDB's VersionEdit: integers of variable length, and byte strings. */
const FIELDS: ReadonlyMap<number, readonly ('integer' | 'bytes')[]> = new Map([
  [1, ['bytes']], // comparator
  [2, ['integer']], // log number
  [3, ['integer']], // next file number
  [4, ['integer']], // last sequence
  [5, ['integer', 'bytes']], // compaction pointer
  [6, ['integer', 'integer']], // deleted file
  [7, ['integer', 'integer', 'integer', 'bytes', 'bytes']], // new file
  [9, ['integer']], // previous log number
]);
const LOG_NUMBER = 2;
const LAST_SEQUENCE = 4;

function afterEdit({ logNumber, lastSequence }: ManifestState, edit: Uint8Array): ManifestState | undefined {
  let at = 0;
  const integer = (): number => {
    let value = 0;
    for (let scale = 1; at < edit.length; scale *= 128) {
      const byte = edit[at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < edit.length) {
    const tag = integer();
    const fields = FIELDS.get(tag);
    if (fields === undefined) return undefined;
    let value = 0;
    for (const field of fields) {
      value = integer();
      if (Number.isNaN(value)) return undefined;
      if (field === 'bytes') at += value;
    }
    if (tag === LOG_NUMBER) logNumber = value;
    if (tag === LAST_SEQUENCE) lastSequence = value;
  }
  return { logNumber, lastSequence };
}
