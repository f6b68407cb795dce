import { describe, expect, test } from 'vitest';
import { ValueSlab } from './value-slab.js';

function copied(slab: ValueSlab, value: Buffer): Uint8Array {
  const start = slab.copy(value, 0, value.length);
  return new Uint8Array(slab.memory, start, value.length);
}

describe('ValueSlab', () => {
  test.each([1, 200, 2_048, 2_049, 100_000])(
    'a copied value of %i bytes is not a view of its source',
    (length) => {
      const slab = new ValueSlab();
      const socketBuffer = Buffer.alloc(length + 20, 1);
      const start = slab.copy(socketBuffer, 10, 10 + length);
      const copy = new Uint8Array(slab.memory, start, length);
      socketBuffer.fill(2);
      expect(copy).toHaveLength(length);
      expect(copy.every((byte) => byte === 1)).toBe(true);
    },
  );

  test('a kept value pins no more memory than a slab', () => {
    const slab = new ValueSlab();
    const copies = Array.from({ length: 1_000 }, () => copied(slab, Buffer.alloc(100, 3)));
    for (const copy of copies) expect(copy.buffer.byteLength).toBeLessThanOrEqual(16_384);
  });

  test('a value that is handed to another thread does not take its neighbours along', () => {
    const slab = new ValueSlab();
    const [one, other] = [copied(slab, Buffer.alloc(100, 4)), copied(slab, Buffer.alloc(100, 5))];
    expect(() => structuredClone(one, { transfer: [one.buffer as ArrayBuffer] })).toThrow(/transfer/);
    expect(other).toEqual(new Uint8Array(100).fill(5));
  });

  test('values that share a slab do not overlap', () => {
    const slab = new ValueSlab();
    const copies = Array.from({ length: 500 }, (_, index) => copied(slab, Buffer.alloc(111, index % 251)));
    copies.forEach((copy, index) => {
      expect(copy.every((byte) => byte === index % 251)).toBe(true);
    });
  });

  test('has no memory before there is a value', () => {
    const slab = new ValueSlab();
    expect(slab.memory.byteLength).toBe(0);
    copied(slab, Buffer.alloc(1));
    expect(slab.memory.byteLength).toBe(16_384);
  });
});
