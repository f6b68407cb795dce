import { crc32 } from 'node:zlib';

// Written from docs/log-format.md alone, and imports nothing of the package: what it cannot read is not documented.

/** A fold as the document says it is in the bytes of a log. */
export interface DocumentedFold {
  /** Keys to version and value. */
  readonly entries: ReadonlyMap<string, { readonly version: Buffer; readonly value: Buffer }>;
  readonly cursor: DocumentedCursor;
  /** Where each frame begins, and what it states about the bytes before it. */
  readonly frames: readonly { readonly start: number; readonly durableLength: number }[];
}

interface DocumentedCursor {
  readonly version: Buffer;
  readonly epoch: string;
  readonly at: bigint;
  /** In hexadecimal digits; none: every key. */
  readonly scope: string;
}

interface DocumentedRecord {
  readonly kind: number;
  readonly key: string;
  readonly version: Buffer;
  readonly value: Buffer;
}

/** Reads a log. @throws what "Opening" says: `INCOMPATIBLE` or `CORRUPTED`. */
export function readDocumented(log: Buffer): DocumentedFold {
  const seed = readFileHeader(log);
  const entries = new Map<string, { version: Buffer; value: Buffer }>();
  const frames: { start: number; durableLength: number }[] = [];
  let cursor: DocumentedCursor | undefined;
  let pending: DocumentedRecord[] = [];
  let at = 32;
  let previous = 0;
  for (;;) {
    const frame = readFrame(log, at, seed);
    if (frame === undefined || frame.number !== BigInt(frames.length) || frame.previous !== previous) break;
    frames.push({ start: at, durableLength: frame.durableLength });
    pending.push(...readRecords(frame.records));
    at = frame.end;
    previous = frame.checksum;
    if (frame.cursor.length === 0) continue;
    for (const { kind, key, version, value } of pending) {
      if (kind === 1) entries.set(key, { version, value });
      else entries.delete(key);
    }
    pending = [];
    cursor = readCursor(frame.cursor);
  }
  if (cursor === undefined) throw new Error('CORRUPTED: the first commit is not whole');
  for (let found = log.indexOf('SLFR', at); found >= 0; found = log.indexOf('SLFR', found + 1)) {
    const header = readFrameHeader(log, found, seed);
    if (header !== undefined && header.durableLength > at) throw new Error('CORRUPTED: proved by a header');
  }
  return { entries, cursor, frames };
}

function readFileHeader(log: Buffer): number {
  if (log.toString('hex', 0, 8) !== '89534c4f470d0a1a') throw new Error('INCOMPATIBLE: another magic');
  if (log.readUInt32BE(28) !== crc32(log.subarray(0, 28))) throw new Error('CORRUPTED: the file header');
  if (log.readUInt32BE(8) !== 1) throw new Error('INCOMPATIBLE: another version');
  return crc32(log.subarray(12, 28));
}

function readFrameHeader(log: Buffer, at: number, seed: number) {
  const header = log.subarray(at, at + 36);
  if (header.length < 36 || header.toString('latin1', 0, 4) !== 'SLFR') return undefined;
  if (header.readUInt32BE(4) !== crc32(header.subarray(8), seed)) return undefined;
  return {
    number: header.readBigUInt64BE(8),
    durableLength: Number(header.readBigUInt64BE(16)),
    bodyLength: header.readUInt32BE(24),
    previous: header.readUInt32BE(28),
    cursorLength: header.readUInt16BE(32),
  };
}

function readFrame(log: Buffer, at: number, seed: number) {
  const header = readFrameHeader(log, at, seed);
  if (header === undefined) return undefined;
  const bodyEnd = at + 36 + header.bodyLength;
  if (bodyEnd + 4 > log.length) return undefined;
  const checksum = log.readUInt32BE(bodyEnd);
  if (checksum !== crc32(log.subarray(at, bodyEnd), seed)) return undefined;
  const records = log.subarray(at + 36, bodyEnd - header.cursorLength);
  return {
    ...header,
    checksum,
    records,
    cursor: log.subarray(bodyEnd - header.cursorLength, bodyEnd),
    end: bodyEnd + 4,
  };
}

function* readRecords(records: Buffer): Generator<DocumentedRecord> {
  for (let at = 0; at < records.length; ) {
    const versionAt = at + 12;
    const keyAt = versionAt + records.readUInt8(at + 5);
    const valueAt = keyAt + records.readUInt16BE(at + 6);
    const end = valueAt + records.readUInt32BE(at + 8);
    if (records.readUInt32BE(at) !== crc32(records.subarray(at + 4, end)))
      throw new Error('CORRUPTED: a record');
    yield {
      kind: records.readUInt8(at + 4),
      version: records.subarray(versionAt, keyAt),
      key: records.toString('utf8', keyAt, valueAt),
      value: records.subarray(valueAt, end),
    };
    at = end;
  }
}

function readCursor(bytes: Buffer): DocumentedCursor {
  const form = bytes.readUInt8(0);
  if (form !== 1 && form !== 2) throw new Error(`a cursor of form ${form}`);
  const epochAt = 3 + bytes.readUInt8(1);
  const clockAt = epochAt + bytes.readUInt8(epochAt - 1);
  return {
    version: bytes.subarray(2, epochAt - 1),
    epoch: bytes.toString('utf8', epochAt, clockAt),
    at: bytes.readBigUInt64BE(clockAt),
    scope: form === 2 ? bytes.toString('hex', clockAt + 8, clockAt + 16) : '',
  };
}
