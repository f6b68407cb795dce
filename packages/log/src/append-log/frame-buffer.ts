import type { KvUpdate } from '@slipstream/core';
import {
  FRAME_HEADER_BYTES,
  FRAME_TARGET_BYTES,
  FRAME_TRAILER_BYTES,
  type FrameLink,
  sealFrame,
} from '../format/frame.js';
import { encodeRecord, recordBytesAtMost } from '../format/record.js';

const INITIAL_BYTES = 64 * 1024;

/** What a usual frame needs; a buffer that a huge value enlarged is not kept. */
const KEPT_BYTES = 2 * FRAME_TARGET_BYTES;

/** A frame that is being filled. */
export class FrameBuffer {
  #bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  #end = FRAME_HEADER_BYTES;

  /** Bytes of the frame so far; the next record begins there. */
  get length(): number {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#end === FRAME_HEADER_BYTES;
  }

  /** Whether the frame should be written before it grows further. */
  get isFull(): boolean {
    return this.#end >= FRAME_TARGET_BYTES;
  }

  add(update: KvUpdate): void {
    this.#reserve(recordBytesAtMost(update));
    this.#end = encodeRecord(this.#bytes, this.#end, update);
  }

  /** Adds what is already encoded: a record, or the cursor. */
  addBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The frame as it goes to the file, valid until {@link clear}, and its checksum. */
  seal(
    seed: number,
    link: FrameLink,
    cursor?: Uint8Array,
  ): { readonly frame: Buffer; readonly checksum: number } {
    if (cursor !== undefined) this.addBytes(cursor);
    this.#reserve(FRAME_TRAILER_BYTES);
    const frame = this.#bytes.subarray(0, this.#end + FRAME_TRAILER_BYTES);
    return { frame, checksum: sealFrame(frame, seed, link, cursor?.length ?? 0) };
  }

  clear(): void {
    this.#end = FRAME_HEADER_BYTES;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  }

  #reserve(count: number): void {
    const needed = this.#end + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}
