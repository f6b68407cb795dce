import { damagedFoldError, foldFileError } from '@slipstream/artifact/fold-directory';
import type { KvEntry } from '@slipstream/core';
import { readFullySync } from '../file-system/transfer.js';
import { decodeEntry, isIntact } from '../format/record.js';
import type { Slot } from '../index/slot.js';
import { planReads, type ReadRun } from './read-plan.js';

const SCRATCH_BYTES = 16 * 1024;

const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/**
 * The record of one slot, verified. Valid until the next call.
 * @throws `CORRUPTED` when its bytes are not the ones that were written; `STORE_FAILED` when the disk fails.
 */
function readRecord(slot: Slot): Buffer {
  const { log, offset, length } = slot;
  const record = length <= SCRATCH_BYTES ? scratch.subarray(0, length) : Buffer.allocUnsafe(length);
  let count: number;
  try {
    count = readFullySync(log.file, record, offset);
  } catch (error) {
    throw foldFileError(error, `${log.path}: reading at byte ${offset}`);
  }
  if (count < length || !isIntact(record)) throw damagedRecord(slot);
  return record;
}

/** The entry of `key`, whose slot this is. */
export function readEntry(key: string, slot: Slot): KvEntry {
  return decodeEntry(key, readRecord(slot));
}

/** The records of many slots, in their order, verified. */
export function readRecords(slots: readonly Slot[]): Buffer[] {
  const records: Buffer[] = [];
  for (const run of planReads(slots)) {
    const bytes = Buffer.allocUnsafe(run.length);
    let count: number;
    try {
      count = readFullySync(run.log.file, bytes, run.offset);
    } catch (error) {
      throw foldFileError(error, `${run.log.path}: reading at byte ${run.offset}`);
    }
    cut(run, bytes.subarray(0, count), slots, records);
  }
  return records;
}

function cut(run: ReadRun, bytes: Buffer, slots: readonly Slot[], records: Buffer[]): void {
  for (const position of run.members) {
    const slot = slots[position] as Slot;
    const start = slot.offset - run.offset;
    const record = bytes.subarray(start, start + slot.length);
    if (record.length < slot.length || !isIntact(record)) throw damagedRecord(slot);
    records[position] = record;
  }
}

function damagedRecord({ log, offset, length }: Slot): unknown {
  return damagedFoldError(
    `${log.path}: the ${length} bytes of the record at byte ${offset} are not the ones that were written`,
  );
}
