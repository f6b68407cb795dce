import { type KvUpdate, MAX_VERSION_BYTES, VersionToken } from '@slipstream/core';
import { invalidArtifact } from '../artifact-errors.js';

const REPLACEMENT = '\ufffd';
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes the payloads of one file's blocks apart, in order. Every length is checked before anything is made of
 * it, and keys have to rise from entry to entry, across blocks too.
 */
export class BlockDecoder {
  #lastKey: Buffer = Buffer.alloc(0);
  #bytes: Buffer = Buffer.alloc(0);
  #position = 0;

  /**
   * The entries of a payload, as updates for a fold. Their bytes are their own.
   * @throws `ARTIFACT_INVALID` unless the payload is exactly `count` well-formed entries in key order.
   */
  decode(payload: Uint8Array, count: number): KvUpdate[] {
    this.#bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#position = 0;
    const updates: KvUpdate[] = [];
    // Not `new Array(count)`: the count is not proven before the entries are.
    while (updates.length < count) {
      const key = this.#key();
      const version = VersionToken.fromBytes(this.#field('a version', MAX_VERSION_BYTES));
      const value = this.#field('a value', payload.length);
      updates.push({ kind: 'put', key, value: new Uint8Array(value), version });
    }
    if (this.#position !== payload.length) {
      throw invalidArtifact(`a block of ${count} entries has ${payload.length - this.#position} bytes more`);
    }
    // A copy, so that the payload can be freed.
    this.#lastKey = Buffer.from(this.#lastKey);
    return updates;
  }

  #key(): string {
    const bytes = this.#field('a key', this.#bytes.length);
    // No key is empty, so the first one of a file is past the empty one, too.
    if (this.#lastKey.compare(bytes) >= 0) {
      throw invalidArtifact(`key ${shown(bytes)} is not after ${shown(this.#lastKey)}, the one before it`);
    }
    this.#lastKey = bytes;
    const key = bytes.toString('utf8');
    // Decoded leniently, wrong bytes become this character; only then is it worth looking again.
    return key.includes(REPLACEMENT) ? decodeStrictly(bytes) : key;
  }

  #field(what: string, most: number): Buffer {
    const start = this.#position;
    const length = this.#length(what);
    const end = this.#position + length;
    if (length > most || end > this.#bytes.length) {
      throw invalidArtifact(`${what} at byte ${start} of a block has ${length} bytes, too many`);
    }
    const field = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return field;
  }

  #length(what: string): number {
    let length = 0;
    for (let factor = 1; factor <= 0x1000_0000; factor *= 0x80) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) break;
      length += (byte & 0x7f) * factor;
      if (byte > 0x7f) continue;
      // One form for each number: the last byte of several is not zero.
      if (byte === 0 && factor > 1) break;
      return length;
    }
    throw invalidArtifact(`the length of ${what} in a block is not a number`);
  }
}

function decodeStrictly(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    throw invalidArtifact(`a key is not UTF-8: ${shown(bytes)}`, error);
  }
}

function shown(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes.subarray(0, 80)).toString('latin1'));
}
