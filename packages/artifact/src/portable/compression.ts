import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { SlipstreamError } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import { type PortableCompression, STORED_PLAIN, STORED_ZSTD } from './portable-format.js';

type Zstd = Pick<typeof zlib, 'zstdCompress' | 'zstdDecompress'>;

/** A block's payload as it is stored. */
export interface StoredPayload {
  readonly storage: typeof STORED_PLAIN | typeof STORED_ZSTD;
  readonly payload: Uint8Array;
}

/** @throws `UNSUPPORTED` when this runtime has no such compression. */
export function assertCompression(compression: PortableCompression): void {
  if (compression === 'zstd') requireZstd(zlib);
}

/** Compresses a payload in another thread; one that does not become smaller is stored as it is. */
export async function compress(raw: Uint8Array, compression: PortableCompression): Promise<StoredPayload> {
  if (compression === 'zstd') {
    const { zstdCompress } = requireZstd(zlib);
    const payload = await promisify(zstdCompress)(raw, { chunkSize: inOneChunk(raw.length) });
    if (payload.length < raw.length) return { storage: STORED_ZSTD, payload };
  }
  return { storage: STORED_PLAIN, payload: raw };
}

/**
 * Decompresses a payload into exactly `rawBytes`: never allocates more, whatever the payload would become.
 * @throws `ARTIFACT_INVALID` when it is something else; `UNSUPPORTED` when this runtime has no zstd.
 */
export async function decompress({ storage, payload }: StoredPayload, rawBytes: number): Promise<Uint8Array> {
  const raw = storage === STORED_ZSTD ? await decompressZstd(payload, rawBytes) : payload;
  if (raw.length === rawBytes) return raw;
  throw invalidArtifactError(`a block has ${raw.length} bytes, not the ${rawBytes} that it declares`);
}

async function decompressZstd(payload: Uint8Array, rawBytes: number): Promise<Uint8Array> {
  const { buffer, engine } = await inflate(payload, rawBytes);
  // Node.js stops at the end of a frame, and ignores what comes after it.
  const trailing = payload.length - engine.bytesWritten;
  if (trailing > 0) throw invalidArtifactError(`a block has ${trailing} trailing bytes after its zstd frame`);
  return buffer;
}

/** What Node.js returns with `info: true`; its types declare the buffer only. */
interface Inflated {
  readonly buffer: Uint8Array;
  /** `bytesWritten`: how many were consumed. */
  readonly engine: { readonly bytesWritten: number };
}

async function inflate(payload: Uint8Array, rawBytes: number): Promise<Inflated> {
  const { zstdDecompress } = requireZstd(zlib);
  const options = { maxOutputLength: rawBytes, chunkSize: inOneChunk(rawBytes), info: true };
  try {
    return (await promisify(zstdDecompress)(payload, options)) as unknown as Inflated;
  } catch (error) {
    throw invalidArtifactError(`a block does not decompress into ${rawBytes} bytes: ${String(error)}`, error);
  }
}

/** Room for all of the output: by default it comes in many small pieces, each a round trip to the other thread. */
function inOneChunk(rawBytes: number): number {
  return rawBytes + 1024;
}

/** Exported for its test: which runtime has zstd cannot be chosen. */
export function requireZstd(runtime: Partial<Zstd>): Zstd {
  const { zstdCompress, zstdDecompress } = runtime;
  if (zstdCompress !== undefined && zstdDecompress !== undefined) return { zstdCompress, zstdDecompress };
  throw new SlipstreamError('UNSUPPORTED', 'this Node.js has no zstd', {
    hint: 'Use Node.js 22.15 or later, or export with compression "none".',
  });
}
