import { describe, expect, test } from 'vitest';
import { Ledger } from './ledger.js';
import { LookupAudit, type LookupTally } from './lookup-audit.js';

/** Judges an answer about a key whose every revision was sent at the millisecond of the same number. */
function judge(
  applied: number,
  answeredAtMs: number,
  route: readonly [revision: number, value: string] | undefined,
  key = 'a',
): LookupTally {
  const ledger = new Ledger();
  ledger.add({ key: 'a', revision: 1, value: 'one', sentAtMs: 1 });
  ledger.add({ key: 'a', revision: 3, value: 'three', sentAtMs: 3 });
  ledger.add({ key: 'a', revision: 5, value: undefined, sentAtMs: 5 });
  ledger.add({ key: 'a', revision: 7, value: 'seven', sentAtMs: 7 });
  const audit = new LookupAudit();
  audit.answered({
    node: 'node-1',
    key,
    applied,
    answeredAtMs,
    route: route === undefined ? undefined : { revision: route[0], value: route[1] },
  });
  return audit.settle(ledger);
}

describe('an answer is right', () => {
  test.each<[string, LookupTally]>([
    ['when it is the last change that the node has applied', judge(4, 4, [3, 'three'])],
    ['when the node lags and says so', judge(2, 9, [1, 'one'])],
    ['when it is newer than the node claims', judge(6, 9, [7, 'seven'])],
    ['when the key was deleted', judge(6, 6, undefined)],
    ['when the key was not there yet', judge(0, 0, undefined)],
    ['when there never was such a key', judge(7, 9, undefined, 'b')],
    ['when what is due was overwritten before it could be delivered', judge(3, 5, [1, 'one'])],
    ['when the delete that is due was overwritten before it could be delivered', judge(5, 7, [3, 'three'])],
  ])('%s', (_, tally) => {
    expect(tally).toEqual({ right: 1, wrong: [], failed: [] });
  });
});

describe('an answer is wrong', () => {
  test.each<[string, LookupTally, string]>([
    ['when it is older than the node claims', judge(3, 4, [1, 'one']), 'due is 3'],
    ['when what is due was overwritten only after the answer', judge(3, 4.9, [1, 'one']), 'due is 3'],
    ['when the key was deleted before', judge(5, 6, [3, 'three']), 'due is 5'],
    ['when the route has to be there', judge(7, 9, undefined), 'due is 7'],
    ['when it was given before it was written', judge(3, 4, [7, 'seven']), 'due is 3'],
    ['when that value was never written', judge(3, 9, [3, 'four']), 'was never written'],
    ['when there is no such revision', judge(3, 9, [4, 'three']), 'was never written'],
    ['when there never was such a key', judge(3, 9, [3, 'three'], 'b'), 'was never written'],
  ])('%s', (_, tally, fault) => {
    expect(tally).toEqual({ right: 0, wrong: [expect.stringContaining(fault)], failed: [] });
  });
});

test('a lookup without an answer is counted as such, and settling starts over', () => {
  const audit = new LookupAudit();
  audit.failed('node-1: refused');
  expect(audit.count).toBe(1);
  expect(audit.settle(new Ledger())).toEqual({ right: 0, wrong: [], failed: ['node-1: refused'] });
  expect(audit.settle(new Ledger())).toEqual({ right: 0, wrong: [], failed: [] });
});
