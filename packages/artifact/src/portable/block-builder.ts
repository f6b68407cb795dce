import type { KvEntry } from '@slipstream/core';
import { BLOCK_TARGET_BYTES } from './portable-format.js';

/** A length takes at most this many bytes: 35 bits. */
const MAX_VARINT_BYTES = 5;

/**
 * Entries, one after the other, as the payload of a block: length and UTF-8 of the key, length and bytes of
 * the version, length and bytes of the value.
 */
export class BlockBuilder {
  #bytes: Buffer = Buffer.allocUnsafe(BLOCK_TARGET_BYTES + BLOCK_TARGET_BYTES / 4);
  #length = 0;
  #entries = 0;

  get entries(): number {
    return this.#entries;
  }

  /** Whether it has reached its size. */
  get isFull(): boolean {
    return this.#length >= BLOCK_TARGET_BYTES;
  }

  /** What was added; valid until {@link clear}. */
  get payload(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add({ key, value, version }: KvEntry): void {
    const keyLength = Buffer.byteLength(key);
    const versionLength = version.byteLength;
    this.#reserve(keyLength + value.length + versionLength + 3 * MAX_VARINT_BYTES);
    this.#addLength(keyLength);
    this.#length += this.#bytes.write(key, this.#length, keyLength, 'utf8');
    this.#addLength(versionLength);
    version.copyTo(this.#bytes, this.#length);
    this.#length += versionLength;
    this.#addLength(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    this.#entries += 1;
  }

  clear(): void {
    this.#length = 0;
    this.#entries = 0;
  }

  /** Seven bits a byte, the low ones first; the high bit says that more follow. */
  #addLength(length: number): void {
    let rest = length;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#length + length, this.#bytes.length * 2));
    grown.set(this.payload);
    this.#bytes = grown;
  }
}
