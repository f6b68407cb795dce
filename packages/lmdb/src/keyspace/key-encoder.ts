import { isRootEntry, ROOT_LAYER } from './key-layout.js';

/** As the engine asks for it. */
export interface KeyEncoder {
  writeKey(key: Uint8Array, target: Buffer, start: number): number;
  readKey(source: Buffer, start: number, end: number): Buffer | string;
}

/**
 * How the fold's own handles read and write keys of the engine: as bytes, except that what is read of the root
 * layer, which is nearly everything, comes as the text that it is. A buffer for it would cost more than the read.
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
