import { expect, test } from 'vitest';
import { eventually } from './eventually.js';

test('the first answer that is neither false nor undefined ends the wait', async () => {
  const answers = [undefined, false, 0] as const;
  let asked = 0;
  expect(await eventually(() => answers[asked++], { what: 'an answer' })).toBe(0);
  expect(asked).toBe(3);
});

test('a condition that throws ends the wait with its error', async () => {
  const condition = async () => {
    throw new Error('it broke');
  };
  await expect(eventually(condition, { what: 'an answer' })).rejects.toThrow('it broke');
});

test('at the deadline, the error says what was waited for', async () => {
  await expect(eventually(() => false, { what: 'rain', deadlineMs: 10 })).rejects.toThrow(
    'timed out after 10 ms waiting for rain',
  );
});
