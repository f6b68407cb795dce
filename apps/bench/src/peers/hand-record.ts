const REVISION_BYTES = 8;

/** A revision and a value as one byte string, for engines that keep one under a key. */
export function handRecord(revision: number, value: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(REVISION_BYTES + value.length);
  record.writeBigUInt64BE(BigInt(revision));
  record.set(value, REVISION_BYTES);
  return record;
}

/** The value in a record, as bytes of the caller's own. */
export function recordValue(record: Uint8Array): Uint8Array {
  return new Uint8Array(record.subarray(REVISION_BYTES));
}
