import { expect, test } from 'vitest';
import { CatchUp } from './catch-up.js';

test.each([
  ['at once, on an empty scope', [[0, 0]], true],
  [
    'when pending reaches 0',
    [
      [1, 5],
      [1, 0],
    ],
    true,
  ],
  [
    'after as many updates as were pending at first',
    [
      [1, 2],
      [1, 9],
      [1, 9],
    ],
    true,
  ],
  [
    'not before that',
    [
      [1, 3],
      [1, 9],
      [1, 9],
    ],
    false,
  ],
  [
    'not while the source says nothing',
    [
      [1, undefined],
      [1, undefined],
    ],
    false,
  ],
  [
    'counting from the first number the source gives',
    [
      [1, undefined],
      [1, 2],
      [2, 9],
    ],
    true,
  ],
] as const)('an attachment has caught up %s', (_, chunks, expected) => {
  const catchUp = new CatchUp();
  for (const [updates, pending] of chunks) catchUp.received(updates, pending);
  expect(catchUp.isDone).toBe(expected);
});
