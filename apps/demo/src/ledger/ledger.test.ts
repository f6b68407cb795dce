import { describe, expect, test } from 'vitest';
import { Ledger } from './ledger.js';

/** a=1 · b=2 · a=3 · b deleted · c=5 · a deleted · a=7 */
function ledger(order: readonly number[] = [0, 1, 2, 3, 4, 5, 6]): Ledger {
  const records = [
    { key: 'a', revision: 1, value: '1' },
    { key: 'b', revision: 2, value: '2' },
    { key: 'a', revision: 3, value: '3' },
    { key: 'b', revision: 4, value: undefined },
    { key: 'c', revision: 5, value: '5' },
    { key: 'a', revision: 6, value: undefined },
    { key: 'a', revision: 7, value: '7' },
  ];
  const filled = new Ledger();
  for (const index of order) {
    const record = records[index] ?? { key: 'x', revision: 99, value: '' };
    filled.add({ ...record, sentAtMs: 0 });
  }
  return filled;
}
const revisions = (records: readonly { readonly revision: number }[]) => records.map((each) => each.revision);

describe('the ledger', () => {
  test.each([
    [0, [4, 5, 7]],
    [3, [4, 5, 7]],
    [4, [5, 7]],
    [5, [7]],
    [6, [7]],
    [7, []],
  ])('after revision %i there is the last change of each key, deletes included', (revision, due) => {
    expect(revisions(ledger().after(revision))).toEqual(due);
  });

  test.each([
    [0, []],
    [1, [1]],
    [3, [3, 2]],
    [4, [3]],
    [6, [5]],
    [7, [7, 5]],
  ])('the table at revision %i has what was live then', (revision, live) => {
    expect(revisions(ledger().tableAt(revision))).toEqual(live);
  });

  test('acknowledgements that overtake each other change nothing', () => {
    const shuffled = ledger([6, 0, 5, 3, 2, 4, 1]);
    expect(revisions(shuffled.of('a'))).toEqual([1, 3, 6, 7]);
    expect(shuffled.after(0)).toEqual(ledger().after(0));
    expect([shuffled.head, shuffled.size]).toEqual([7, 7]);
  });
});
