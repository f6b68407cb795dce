import { expect, test } from 'vitest';
import type { LogFile } from '../append-log/log-file.js';
import type { Slot } from '../index/slot.js';
import { planReads } from './read-plan.js';

const older = { generation: 1 } as LogFile;
const newer = { generation: 2 } as LogFile;

const plan = (...slots: Slot[]) =>
  planReads(slots).map(({ log, offset, length, members }) => ({
    generation: log.generation,
    offset,
    length,
    members,
  }));

test('neighbours are read at once, in whatever order they are asked for', () => {
  expect(
    plan(
      { log: older, offset: 300, length: 100 },
      { log: older, offset: 100, length: 100 },
      { log: older, offset: 200, length: 100 },
    ),
  ).toEqual([{ generation: 1, offset: 100, length: 300, members: [1, 2, 0] }]);
});

test('a small gap is read over, a large one is not', () => {
  expect(
    plan(
      { log: older, offset: 0, length: 10 },
      { log: older, offset: 4000, length: 10 },
      { log: older, offset: 9000, length: 10 },
    ),
  ).toEqual([
    { generation: 1, offset: 0, length: 4010, members: [0, 1] },
    { generation: 1, offset: 9000, length: 10, members: [2] },
  ]);
});

test('what is read at once has a bound, which one record may exceed', () => {
  const large = 200 * 1024;
  expect(
    plan(
      { log: older, offset: 0, length: large },
      { log: older, offset: large, length: large },
      { log: older, offset: 2 * large, length: 4 * large },
    ),
  ).toHaveLength(3);
});

test('two logs are never one read', () => {
  expect(plan({ log: newer, offset: 100, length: 10 }, { log: older, offset: 90, length: 10 })).toEqual([
    { generation: 1, offset: 90, length: 10, members: [1] },
    { generation: 2, offset: 100, length: 10, members: [0] },
  ]);
});

test('nothing is read for nothing', () => {
  expect(plan()).toEqual([]);
});
