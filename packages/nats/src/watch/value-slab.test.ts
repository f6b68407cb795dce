import { describe, expect, test } from 'vitest';
import { ValueSlab } from './value-slab.js';

describe('ValueSlab', () => {
  test.each([1, 200, 2_048, 2_049, 100_000])(
    'a copied value of %i bytes is not a view of its source',
    (length) => {
      const socketBuffer = Buffer.alloc(length + 20, 1);
      const copy = new ValueSlab().copy(socketBuffer, 10, 10 + length);
      socketBuffer.fill(2);
      expect(copy).toHaveLength(length);
      expect(copy.every((byte) => byte === 1)).toBe(true);
    },
  );

  test('a kept value pins no more memory than a slab', () => {
    const slab = new ValueSlab();
    const copies = Array.from({ length: 1_000 }, () => slab.copy(Buffer.alloc(100, 3), 0, 100));
    for (const copy of copies) expect(copy.buffer.byteLength).toBeLessThanOrEqual(16_384);
  });

  test('values that share a slab do not overlap', () => {
    const slab = new ValueSlab();
    const copies = Array.from({ length: 500 }, (_, index) =>
      slab.copy(Buffer.alloc(111, index % 251), 0, 111),
    );
    copies.forEach((copy, index) => {
      expect(copy.every((byte) => byte === index % 251)).toBe(true);
    });
  });

  test('an empty value is empty', () => {
    expect(new ValueSlab().copy(Buffer.alloc(9), 4, 4)).toHaveLength(0);
  });
});
