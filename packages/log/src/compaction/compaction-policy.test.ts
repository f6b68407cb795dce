import { expect, test } from 'vitest';
import { compactionDue } from './compaction-policy.js';

const MiB = 1024 * 1024;
const defaults = { garbageRatio: 1, minGarbageBytes: 4 * MiB };

test.each([
  ['a fold without garbage', { length: 100 * MiB, liveBytes: 100 * MiB }, false],
  ['a small fold, however little of it is live', { length: 3 * MiB, liveBytes: 0 }, false],
  ['a small fold with as much garbage as there has to be', { length: 4 * MiB, liveBytes: 0 }, true],
  ['a large fold with less garbage than live bytes', { length: 199 * MiB, liveBytes: 100 * MiB }, false],
  ['a large fold with as much garbage as live bytes', { length: 200 * MiB, liveBytes: 100 * MiB }, true],
])('%s is rewritten or not', (_, usage, due) => {
  expect(compactionDue(usage, defaults)).toBe(due);
});

test('after a failure a fold is rewritten when its garbage has doubled', () => {
  const failedAtGarbage = 5 * MiB;
  expect(compactionDue({ length: 9 * MiB, liveBytes: 0 }, defaults, failedAtGarbage)).toBe(false);
  expect(compactionDue({ length: 10 * MiB, liveBytes: 0 }, defaults, failedAtGarbage)).toBe(true);
});
