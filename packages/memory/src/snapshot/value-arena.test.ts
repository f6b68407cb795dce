import { VersionToken } from '@slipstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ArenaEntry, ValueArena } from './value-arena.js';

const version = VersionToken.fromRevision(1);
const KIB = 1024;

function filled(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

function holds(arena: ValueArena, entry: ArenaEntry, value: Uint8Array): boolean {
  return Buffer.compare(arena.read(entry), value) === 0;
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
        const arena = new ValueArena();
        let entries: { entry: ArenaEntry; value: Uint8Array }[] = [];
        for (const action of steps) {
          if ('release' in action) {
            // A share of all, spread over the slabs.
            const gone = entries.filter((_, index) => index % 8 >= action.release);
            for (const { entry } of gone) arena.release(entry);
            entries = entries.filter((each) => !gone.includes(each));
            expect(gone.every(({ entry, value }) => holds(arena, entry, value))).toBe(true);
          } else {
            for (let index = 0; index < action.count; index++) {
              const value = filled(action.length, action.fill + index);
              entries.push({ entry: arena.store('key', version, value), value });
            }
          }

          const live = entries.reduce((sum, { value }) => sum + value.length, 0);
          expect(arena.allocatedBytes).toBeLessThanOrEqual(live * 2 + 200 * KIB);
        }
        expect(entries.every(({ entry, value }) => holds(arena, entry, value))).toBe(true);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('one cold value among many hot ones does not keep a slab alive', () => {
    const arena = new ValueArena();
    const cold: ArenaEntry[] = [];
    for (let index = 0; index < 100_000; index++) {
      if (index % 1_000 === 0) cold.push(arena.store(`cold${index}`, version, filled(100, 2)));
      arena.release(arena.store('hot', version, filled(100, 1)));
    }
    // 10 MB went through; what stays is 10 KB and the slab that is being written.
    expect(arena.allocatedBytes).toBeLessThanOrEqual(3 * 64 * KIB);
    for (const entry of cold) expect(arena.read(entry)).toEqual(filled(100, 2));
  });

  test('what is read is a copy that pins nothing else', () => {
    const arena = new ValueArena();
    const entry = arena.store('key', version, filled(10, 1));
    expect(arena.read(entry).buffer.byteLength).toBe(10);
  });

  test('overwriting an empty value for ever takes nothing', () => {
    const arena = new ValueArena();
    const entry = arena.store('key', version, filled(0, 0));
    arena.release(entry);
    expect(entry.slab.entries.length).toBe(0);
    expect(arena.read(entry).length).toBe(0);
  });
});
