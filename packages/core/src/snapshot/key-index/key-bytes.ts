import { MAX_KEY_BYTES } from '../assert-updates.js';

const encoder = new TextEncoder();

// Not seeded by any clock or counter: writers must not be able to choose keys that collide.
const HASH_SEED = Math.floor(Math.random() * 0x1_0000_0000);

/** One key in UTF-8, in memory that is used again for the next one, and its hash. */
export class KeyBytes {
  readonly bytes: Uint8Array = new Uint8Array(MAX_KEY_BYTES);
  readonly #words = new DataView(this.bytes.buffer);
  #length = 0;
  #hash = 0;

  get length(): number {
    return this.#length;
  }

  get hash(): number {
    return this.#hash;
  }

  /** Takes a key; returns whether it can be one: neither too long nor with a lone surrogate. */
  encode(key: string): boolean {
    const { read, written } = encoder.encodeInto(key, this.bytes);
    this.#length = written;
    this.#hash = this.#hashed();
    // A lone surrogate is encoded as something else. It takes more than one byte, as nothing in ASCII does.
    return read === key.length && (written === read || key.isWellFormed());
  }

  /** Takes a key that is in UTF-8 already. */
  copy(source: Uint8Array, start: number, end: number): void {
    const { bytes } = this;
    for (let at = start; at < end; at++) bytes[at - start] = source[at] as number;
    this.#length = end - start;
    this.#hash = this.#hashed();
  }

  #hashed(): number {
    const { bytes } = this;
    const length = this.#length;
    let hash = HASH_SEED ^ length;
    let at = 0;
    for (; at + 4 <= length; at += 4) hash = mixed(hash ^ this.#words.getInt32(at, true));
    for (; at < length; at++) hash = mixed(hash ^ (bytes[at] as number));
    return mixed(hash);
  }
}

/** Every bit of it depends on those below; the shift brings the upper ones down. */
function mixed(hash: number): number {
  const product = Math.imul(hash, 0x9e37_79b1);
  return product ^ (product >>> 15);
}
