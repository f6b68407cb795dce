import { isRootEntry, ROOT_LAYER } from './key-layout.js';

/** The engine's interface. */
export interface KeyEncoder {
  writeKey(key: Uint8Array, target: Buffer, start: number): number;
  readKey(source: Buffer, start: number, end: number): Buffer | string;
}

/**
 * How handles that the fold opened read and write keys of the engine: as bytes, except that keys of the root layer,
 * nearly all, are read as text. A buffer for each would cost more than the read.
 */
export const keyEncoder: KeyEncoder = Object.freeze({
  writeKey(key: Uint8Array, target: Buffer, start: number): number {
    target.set(key, start);
    return start + key.length;
  },
  readKey(source: Buffer, start: number, end: number): Buffer | string {
    if (isRootEntry(source[start], end - start))
      return source.toString('utf8', start + ROOT_LAYER.length, end);
    return Buffer.from(source.subarray(start, end));
  },
});
