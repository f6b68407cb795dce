import { expect, test } from 'vitest';
import { DeliveryCount } from './delivery-count.js';

const chunk = (updates: number, firstRevision: bigint | undefined) =>
  ({ type: 'chunk-received', updates, firstRevision, lastRevision: firstRevision, pending: 0 }) as const;

test('counts updates, and keeps the first and the lowest revision that came', () => {
  const count = new DeliveryCount();
  count.add(chunk(0, undefined));
  expect(count.total).toEqual({ updates: 0, firstRevision: undefined, lowestRevision: undefined });
  count.add(chunk(3, 40n));
  count.add(chunk(2, 12n));
  count.add(chunk(1, 90n));
  expect(count.total).toEqual({ updates: 6, firstRevision: 40, lowestRevision: 12 });
});
