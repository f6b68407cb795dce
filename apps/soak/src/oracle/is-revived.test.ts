import { expect, test } from 'vitest';
import { isRevived } from './is-revived.js';
import { Ledger } from './ledger.js';

const row = { revision: 3, value: 'three' };

function ledgerOf({ isForgotten, isKilled }: { isForgotten: boolean; isKilled: boolean }): Ledger {
  const ledger = new Ledger();
  ledger.acknowledge(ledger.begin('k', { value: 'three', sentAt: 0 }), 3);
  ledger.acknowledge(ledger.begin('k', { value: undefined, sentAt: 0 }), 5);
  if (isForgotten) ledger.forget('k');
  if (isKilled) ledger.serverKilled();
  return ledger;
}

test('an entry that the bucket has again and the fold has not is revived, after marker and server are gone', () => {
  const ledger = ledgerOf({ isForgotten: true, isKilled: true });
  expect(isRevived({ key: 'k', due: row, held: undefined }, ledger)).toBe(true);
});

test.each([
  ['the marker stays', { isForgotten: false, isKilled: true }],
  ['the server lives', { isForgotten: true, isKilled: false }],
])('the same difference is a lost update while %s', (_, given) => {
  expect(isRevived({ key: 'k', due: row, held: undefined }, ledgerOf(given))).toBe(false);
});

test('no other difference of such a key is excused', () => {
  const ledger = ledgerOf({ isForgotten: true, isKilled: true });
  expect(isRevived({ key: 'k', due: undefined, held: row }, ledger)).toBe(false);
  expect(isRevived({ key: 'k', due: row, held: { revision: 2, value: 'two' } }, ledger)).toBe(false);
  expect(isRevived({ key: 'k', due: { revision: 6, value: 'six' }, held: undefined }, ledger)).toBe(false);
});
