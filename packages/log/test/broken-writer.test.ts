import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WatchCursor } from '@slipstream/core';
import { putUpdate } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeFileHeader, fileSeed } from '../src/format/file-header.js';
import { FRAME_HEADER_BYTES, FRAME_TRAILER_BYTES, sealFrame } from '../src/format/frame.js';
import { encodeRecord } from '../src/format/record.js';
import { LogSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

/** A log of one frame with this body, and every checksum right. */
async function writeLog(record: Buffer, cursor: Uint8Array): Promise<void> {
  const identity = new Uint8Array(16);
  const body = Buffer.concat([record, cursor]);
  const frame = Buffer.concat([Buffer.alloc(FRAME_HEADER_BYTES), body, Buffer.alloc(FRAME_TRAILER_BYTES)]);
  const link = { number: 0, durableLength: 0, previousChecksum: 0 };
  sealFrame(frame, fileSeed(identity), link, cursor.length);
  await writeFile(join(directory.path, 'fold.1.log'), Buffer.concat([encodeFileHeader(identity), frame]));
}

function record(): Buffer {
  const target = Buffer.alloc(100);
  return target.subarray(0, encodeRecord(target, 0, putUpdate('key', 7, 'value')));
}

test('what a writer with a fault wrote, checksums and all, is refused as damage', async () => {
  const none = WatchCursor.none.toBytes();
  await writeLog(record(), none);
  await (await LogSnapshotStore.open(directory)).close();

  const unknownKind = record();
  unknownKind[4] = 9;
  await writeLog(unknownKind, none);
  await expect(LogSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'CORRUPTED' });

  await writeLog(record(), Buffer.from('no cursor'));
  await expect(LogSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'CORRUPTED' });
});
