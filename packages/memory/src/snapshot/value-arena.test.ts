import { KeyIndex, VersionToken } from '@slipstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ValueArena } from './value-arena.js';

const version = VersionToken.fromRevision(1);
const KIB = 1024;
/** What a record takes beyond its value. */
const RECORD_BYTES = 17;

function filled(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

/** An arena with the index that it is used with. */
class Values {
  readonly index = new KeyIndex();
  readonly arena = new ValueArena(this.index);

  /** Stores the value of a key that has none. */
  store(key: string, value: Uint8Array): void {
    this.arena.store(this.index.claim(key), version, value);
  }

  read(key: string): Uint8Array {
    const entry = this.index.find(key);
    return this.arena.read(key, this.index.locationOf(entry), this.index.lengthOf(entry)).value;
  }

  release(key: string): void {
    const entry = this.index.find(key);
    this.arena.release(this.index.locationOf(entry));
    this.index.remove(entry);
  }
}

describe('an arena of values', () => {
  test('reads back what was stored, after any history of stores and releases', () => {
    const length = fc.oneof(fc.nat(300), fc.nat(20 * KIB), fc.constant(0));
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ length, fill: fc.nat(255), count: fc.nat(60) }) },
      { weight: 2, arbitrary: fc.record({ release: fc.nat(7) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const values = new Values();
        const expected = new Map<string, Uint8Array>();
        let number = 0;
        for (const action of steps) {
          if ('release' in action) {
            // A share of all, spread over the slabs.
            const gone = [...expected.keys()].filter((_, index) => index % 8 >= action.release);
            for (const key of gone) {
              values.release(key);
              expected.delete(key);
            }
            values.arena.settle();
          } else {
            for (let index = 0; index < action.count; index++) {
              number += 1;
              const value = filled(action.length, action.fill + index);
              values.store(`key${number}`, value);
              expected.set(`key${number}`, value);
            }
          }
          const live = [...expected.values()].reduce((sum, { length: each }) => sum + each + RECORD_BYTES, 0);
          expect(values.arena.allocatedBytes).toBeLessThanOrEqual(live * 2 + 200 * KIB);
        }
        for (const [key, value] of expected) expect(Buffer.compare(values.read(key), value)).toBe(0);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('one cold value among many hot ones does not keep a slab alive', () => {
    const values = new Values();
    const cold: string[] = [];
    for (let index = 0; index < 100_000; index++) {
      if (index % 1_000 === 0) {
        cold.push(`cold${index}`);
        values.store(`cold${index}`, filled(100, 2));
      }
      values.store('hot', filled(100, 1));
      values.release('hot');
      values.arena.settle();
    }
    // 10 MB went through; what stays is 10 KB and the slab that is being written.
    expect(values.arena.allocatedBytes).toBeLessThanOrEqual(3 * 64 * KIB);
    for (const key of cold) expect(values.read(key)).toEqual(filled(100, 2));
  });

  test('what is left of a large arena takes no more than a small one', () => {
    const values = new Values();
    const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}`);
    for (const [index, key] of keys.entries()) values.store(key, filled(1_000, index % 256));
    const largest = values.arena.allocatedBytes;
    expect(largest).toBeLessThan(20_000 * (1_000 + RECORD_BYTES) * 1.05);
    for (const key of keys.slice(10)) values.release(key);
    values.arena.settle();
    expect(values.arena.allocatedBytes).toBeLessThanOrEqual(3 * 64 * KIB);
    for (const [index, key] of keys.slice(0, 10).entries()) {
      expect(values.read(key)).toEqual(filled(1_000, index));
    }
  });

  test('what is read is a copy that pins nothing else', () => {
    const values = new Values();
    values.store('key', filled(10, 1));
    expect(values.read('key').buffer.byteLength).toBe(10);
  });

  test('overwriting an empty value without end takes no memory', () => {
    const values = new Values();
    const { allocatedBytes } = values.arena;
    for (let index = 0; index < 20_000; index++) {
      values.store('key', filled(0, 0));
      values.release('key');
      values.arena.settle();
    }
    expect(values.arena.allocatedBytes).toBe(allocatedBytes);
  });

  test('a snapshot is read where it stood, after the values have moved and their slabs are used for others', () => {
    const values = new Values();
    const keys = Array.from({ length: 1_000 }, (_, index) => `key${index}`);
    for (const [index, key] of keys.entries()) values.store(key, filled(500, index % 256));
    const slabs = values.arena.snapshot();
    const places = keys.map((key) => {
      const entry = values.index.find(key);
      return { key, location: values.index.locationOf(entry), length: values.index.lengthOf(entry) };
    });
    for (const key of keys.filter((_, index) => index % 10 !== 0)) values.release(key);
    values.arena.settle();
    for (const key of keys) values.store(`later${key}`, filled(500, 255));
    for (const [index, { key, location, length }] of places.entries()) {
      const { value } = values.arena.read(key, location, length, slabs);
      expect(value).toEqual(filled(500, index % 256));
      if (index % 10 === 0) expect(values.read(key)).toEqual(filled(500, index % 256));
    }
  });
});
