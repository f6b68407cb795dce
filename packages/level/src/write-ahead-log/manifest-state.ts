import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedFoldError, systemCode } from '@slipstream/artifact/fold-directory';
import { logRecords } from './log-records.js';

/** What LevelDB's manifest, its list of files, says. */
export interface ManifestState {
  /** Logs with a lower number are in tables already. */
  readonly logNumber: number;
  /** The number of the last change when the manifest was written: in a table, or in the log of `logNumber`. */
  readonly lastSequence: number;
  /** The tables by their numbers, with their lengths in bytes. */
  readonly tables: ReadonlyMap<number, number>;
}

/**
 * Reads the manifest.
 * @throws `CORRUPTED` when it is missing, or does not decode. LevelDB would refuse it too, but rename its info log first.
 */
export async function readManifestState(directory: string): Promise<ManifestState> {
  const current = join(directory, 'CURRENT');
  try {
    const [, name] = /^(MANIFEST-\d+)\n$/.exec(await readFile(current, 'utf8')) ?? [];
    if (name === undefined) throw damagedFoldError(`${current} does not name a manifest`);
    return await stateIn(join(directory, name));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw damagedFoldError(`${current}, or the manifest that it names, is missing`, error);
  }
}

/** While the manifest is read. */
interface GrowingState {
  logNumber: number;
  lastSequence: number;
  readonly tables: Map<number, number>;
}

async function stateIn(manifest: string): Promise<ManifestState> {
  await using file = await open(manifest, 'r');
  const state: GrowingState = { logNumber: 0, lastSequence: 0, tables: new Map() };
  let edits = 0;
  for await (const { bytes } of logRecords(file)) {
    // Damaged, which LevelDB reports; or a torn tail, where the last edit was not completed.
    if (bytes === undefined) break;
    if (!applyEdit(state, bytes)) throw damagedFoldError(`${manifest} does not decode`);
    edits += 1;
  }
  if (edits === 0) throw damagedFoldError(`${manifest} has no readable edit`);
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
const DELETED_FILE = 6;
const NEW_FILE = 7;

/** Whether it decodes. An edit lists deletions before additions: a table that moves to another level is in both. */
function applyEdit(state: GrowingState, edit: Uint8Array): boolean {
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
    if (fields === undefined) return false;
    const values: number[] = [];
    for (const field of fields) {
      const value = integer();
      if (Number.isNaN(value)) return false;
      if (field === 'bytes') at += value;
      values.push(value);
    }
    const [first = 0, second = 0, third = 0] = values;
    if (tag === LOG_NUMBER) state.logNumber = first;
    if (tag === LAST_SEQUENCE) state.lastSequence = first;
    // Their first field is the level.
    if (tag === DELETED_FILE) state.tables.delete(second);
    if (tag === NEW_FILE) state.tables.set(second, third);
  }
  return true;
}
