import { expect, test } from 'vitest';
import { UNNOTICED_MS } from '../protocol/marker-gap.js';
import { IdleTime } from './idle-time.js';

test('a wait longer than a dead peer goes unnoticed says that everything was told until its end', () => {
  const idle = new IdleTime();
  expect(idle.until).toBeUndefined();
  idle.begin(1_000);
  idle.end(1_000 + UNNOTICED_MS + 1);
  expect(idle.until).toBe(1_000 + UNNOTICED_MS + 1);
});

test('a shorter wait says nothing, and takes nothing back', () => {
  const idle = new IdleTime();
  idle.begin(0);
  idle.end(UNNOTICED_MS + 1);
  idle.begin(UNNOTICED_MS + 2);
  idle.end(2 * UNNOTICED_MS);
  expect(idle.until).toBe(UNNOTICED_MS + 1);
});

test('time that was spent with what had arrived is no wait', () => {
  const idle = new IdleTime();
  idle.begin(0);
  idle.end(1);
  idle.end(10 * UNNOTICED_MS);
  expect(idle.until).toBeUndefined();
});
