import { expect, test } from 'vitest';
import { measureMemory } from './memory-use.js';

test.runIf(process.platform === 'linux')(
  'what is allocated is in the peaks, over those of an empty process',
  () => {
    const MIB = 1_048_576;
    const measured = measureMemory();
    const before = measured();
    const again = measureMemory();
    const taken = Buffer.alloc(300 * MIB, 1);
    const during = again();
    // Still in use until here.
    expect(taken[MIB]).toBe(1);
    const anonymousMiB = (during.anonymousMiB ?? 0) - (before.anonymousMiB ?? 0);
    expect(anonymousMiB).toBeGreaterThan(250);
    // Anonymous memory is a part of what is resident.
    expect(during.residentMiB).toBeGreaterThan(anonymousMiB - 50);
    expect(during.residentMiB + 100).toBeGreaterThan(during.anonymousMiB ?? 0);
  },
);
