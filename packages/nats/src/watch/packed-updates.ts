import { type KvUpdate, type KvUpdateKind, VersionToken } from '@slipstream/core';
import type { ValueSlab } from './value-slab.js';

/** Small, since every watch has one and most are idle. */
const FIRST_CAPACITY = 64;
const FIRST_KEY_BYTES = 4_096;
/** Room for more than one read of the socket brings is not kept. */
const KEPT_CAPACITY = 256;
const GROWTH = 2;

const KINDS: readonly KvUpdateKind[] = ['put', 'delete', 'purge'];
const NO_BYTES = new Uint8Array(0);

// The notes of each update, in this order.
const KIND = 0;
const SEQUENCE = 1;
const KEY_END = 2;
const VALUE_START = 3;
const VALUE_LENGTH = 4;
const NOTES = 5;

/** An update where it was received. The object and its bytes may be reused for the next one. */
export interface ArrivedUpdate {
  readonly kind: KvUpdateKind;
  readonly sequence: number;
  /** Has the key as it stands in the subject, from `keyStart` to `keyEnd`. */
  readonly line: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Has the value from `valueStart` to `valueEnd`. */
  readonly body: Buffer;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * Updates that wait to be taken, as bytes and numbers. A full window of the server has nearly a hundred thousand of them.
 * As objects of four parts each they outlived the young generation, every garbage collection copied them, and the heap was
 * measured to be 50 to 80 MB larger.
 */
export class PackedUpdates {
  readonly #values: ValueSlab;
  /** The memory of each value. */
  readonly #memories: ArrayBufferLike[] = [];
  #notes = new Float64Array(FIRST_CAPACITY * NOTES);
  #keys = Buffer.allocUnsafeSlow(FIRST_KEY_BYTES);
  #keysEnd = 0;
  #bytes = 0;

  /** @param values - Where values are copied to. */
  constructor(values: ValueSlab) {
    this.#values = values;
  }

  get count(): number {
    return this.#memories.length;
  }

  /** Bytes of keys and values. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a copy of `update`. */
  add({ kind, sequence, line, keyStart, keyEnd, body, valueStart, valueEnd }: ArrivedUpdate): void {
    const at = this.count * NOTES;
    if (at === this.#notes.length) this.#notes = grown(this.#notes, new Float64Array(GROWTH * at));
    this.#addKey(line, keyStart, keyEnd);
    const notes = this.#notes;
    notes[at + KIND] = KINDS.indexOf(kind);
    notes[at + SEQUENCE] = sequence;
    notes[at + KEY_END] = this.#keysEnd;
    notes[at + VALUE_START] = this.#values.copy(body, valueStart, valueEnd);
    notes[at + VALUE_LENGTH] = valueEnd - valueStart;
    this.#memories.push(this.#values.memory);
    this.#bytes += keyEnd - keyStart + valueEnd - valueStart;
  }

  /** Adds copies of all that `others` has. */
  addAll(others: PackedUpdates): void {
    let keyStart = 0;
    for (let index = 0; index < others.count; index++) {
      const [kind = 0, sequence = 0, keyEnd = 0, valueStart = 0, length = 0] = others.#notes.subarray(
        index * NOTES,
      );
      this.add({
        kind: KINDS[kind] as KvUpdateKind,
        sequence,
        line: others.#keys,
        keyStart,
        keyEnd,
        body: Buffer.from(others.#memories[index] as ArrayBuffer),
        valueStart,
        valueEnd: valueStart + length,
      });
      keyStart = keyEnd;
    }
  }

  /** The updates. @param keyOf - Reads what stands in a subject; keys that it cannot read are left out. */
  unpack(keyOf: (tokens: string) => string | undefined): KvUpdate[] {
    const updates: KvUpdate[] = [];
    const notes = this.#notes;
    let keyStart = 0;
    for (let index = 0; index < this.count; index++) {
      const at = index * NOTES;
      const keyEnd = notes[at + KEY_END] as number;
      const key = keyOf(this.#keys.toString('latin1', keyStart, keyEnd));
      keyStart = keyEnd;
      if (key === undefined) continue;
      const length = notes[at + VALUE_LENGTH] as number;
      updates.push({
        kind: KINDS[notes[at + KIND] as number] as KvUpdateKind,
        key,
        value:
          length === 0
            ? NO_BYTES
            : new Uint8Array(this.#memories[index] as ArrayBuffer, notes[at + VALUE_START], length),
        version: VersionToken.fromRevision(notes[at + SEQUENCE] as number),
      });
    }
    return updates;
  }

  /** Forgets all of them; their room is reused, unless it is large. */
  clear(): void {
    this.#memories.length = 0;
    this.#keysEnd = 0;
    this.#bytes = 0;
    if (this.#notes.length <= KEPT_CAPACITY * NOTES) return;
    this.#notes = new Float64Array(FIRST_CAPACITY * NOTES);
    this.#keys = Buffer.allocUnsafeSlow(FIRST_KEY_BYTES);
  }

  #addKey(line: Buffer, start: number, end: number): void {
    const to = this.#keysEnd;
    const length = end - start;
    if (to + length > this.#keys.length) {
      this.#keys = grown(this.#keys, Buffer.allocUnsafeSlow(GROWTH * (to + length)));
    }
    line.copy(this.#keys, to, start, end);
    this.#keysEnd = to + length;
  }
}

function grown<T extends Float64Array | Buffer>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
