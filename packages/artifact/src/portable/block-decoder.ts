import {
  compareKeys,
  type KvUpdate,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  MAX_VERSION_BYTES,
  VersionToken,
} from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';

const REPLACEMENT = '\ufffd';
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes the payloads of one file's blocks, in order. Every length is checked before it is used, and keys have to
 * rise from entry to entry, across blocks too.
 */
export class BlockDecoder {
  #lastKey = '';
  #payload: Uint8Array = new Uint8Array(0);
  /** The same bytes, for reading text. */
  #text: Buffer = Buffer.alloc(0);
  #position = 0;

  /**
   * The entries of a payload, as updates for a fold. Their values are views of it: a million separate
   * allocations cost more than the rest of an import, and a store copies what it keeps.
   * @throws `ARTIFACT_INVALID` unless the payload is exactly `count` well-formed entries in key order.
   */
  decode(payload: Uint8Array, count: number): KvUpdate[] {
    // Not a Buffer, which its values would be, too.
    this.#payload = new Uint8Array(payload.buffer, payload.byteOffset, payload.length);
    this.#text = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#position = 0;
    const updates: KvUpdate[] = [];
    // Not `new Array(count)`: the count is not proven before the entries are.
    while (updates.length < count) {
      const key = this.#key();
      const start = this.#skip('a version', MAX_VERSION_BYTES);
      const version = VersionToken.fromBytes(this.#payload.subarray(start, this.#position));
      const value = this.#payload.subarray(this.#skip('a value', MAX_VALUE_BYTES), this.#position);
      updates.push({ kind: 'put', key, value, version });
    }
    if (this.#position !== payload.length) {
      throw invalidArtifactError(
        `a block of ${count} entries has ${payload.length - this.#position} trailing bytes`,
      );
    }
    return updates;
  }

  #key(): string {
    const start = this.#skip('a key', MAX_KEY_BYTES);
    const lenient = this.#text.toString('utf8', start, this.#position);
    // Wrong bytes become this character; only then is it worth looking again.
    const key = lenient.includes(REPLACEMENT) ? this.#decodeStrictly(start) : lenient;
    // No key is empty, so the first one of a file is past the empty one, too.
    if (compareKeys(this.#lastKey, key) >= 0) {
      throw invalidArtifactError(`key ${shown(key)} is not after ${shown(this.#lastKey)}, the one before it`);
    }
    this.#lastKey = key;
    return key;
  }

  /** Moves past a field; returns where it starts. */
  #skip(what: string, most: number): number {
    const length = this.#length(what);
    const start = this.#position;
    if (length > most || start + length > this.#payload.length) {
      throw invalidArtifactError(`${what} at byte ${start} of a block is too long: ${length} bytes`);
    }
    this.#position = start + length;
    return start;
  }

  #length(what: string): number {
    let length = 0;
    for (let factor = 1; factor <= 0x1000_0000; factor *= 0x80) {
      const byte = this.#payload[this.#position++];
      if (byte === undefined) break;
      length += (byte & 0x7f) * factor;
      if (byte > 0x7f) continue;
      // One form for each number: the last byte of several is not zero.
      if (byte === 0 && factor > 1) break;
      return length;
    }
    throw invalidArtifactError(`the length of ${what} in a block is not a number`);
  }

  #decodeStrictly(start: number): string {
    const bytes = this.#payload.subarray(start, this.#position);
    try {
      return strictUtf8.decode(bytes);
    } catch (error) {
      const text = Buffer.from(bytes).toString('latin1');
      throw invalidArtifactError(`a key is not UTF-8: ${shown(text)}`, error);
    }
  }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
