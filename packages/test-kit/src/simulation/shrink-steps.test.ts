import { expect, test } from 'vitest';
import { shrinkSteps } from './shrink-steps.js';

const numbers = Array.from({ length: 40 }, (_, index) => index);

test('what does not matter goes, what does stays in its order', async () => {
  const fails = async (steps: readonly number[]): Promise<boolean> =>
    [3, 17, 38].every((needed) => steps.includes(needed));
  expect(await shrinkSteps(numbers, fails)).toEqual([3, 17, 38]);
});

test('a step that can only go after another one does', async () => {
  const fails = async (steps: readonly number[]): Promise<boolean> =>
    steps.includes(5) && (!steps.includes(20) || steps.includes(10));
  expect(await shrinkSteps(numbers, fails)).toEqual([5]);
});

test('a failure that needs nothing is shown with nothing', async () => {
  expect(await shrinkSteps(numbers, async () => true)).toEqual([]);
});

test('no more attempts are made than allowed', async () => {
  let asked = 0;
  const never = async (): Promise<boolean> => {
    asked += 1;
    return false;
  };
  expect(await shrinkSteps(numbers, never, 7)).toEqual(numbers);
  expect(asked).toBe(7);
});
