import { describe, expect, test } from 'vitest';
import { Ledger } from './ledger.js';
import { type LookupAnswer, LookupAudit } from './lookup-audit.js';

function judge(answer: Omit<LookupAnswer, 'node'>) {
  const ledger = new Ledger();
  ledger.add({ key: 'a', revision: 1, value: 'one' });
  ledger.add({ key: 'a', revision: 3, value: 'three' });
  ledger.add({ key: 'a', revision: 5, value: undefined });
  ledger.add({ key: 'a', revision: 7, value: 'seven' });
  const audit = new LookupAudit();
  audit.answered({ node: 'node-1', ...answer });
  return audit.settle(ledger);
}
const at = (revision: number, value: string) => ({ revision, value });

describe('an answer is right', () => {
  test.each([
    ['as of the revision that the node claims', { key: 'a', applied: 4, route: at(3, 'three') }],
    ['when the node is behind and says so', { key: 'a', applied: 2, route: at(1, 'one') }],
    ['when it is newer than the node claims', { key: 'a', applied: 2, route: at(7, 'seven') }],
    ['when the key was deleted', { key: 'a', applied: 6, route: undefined }],
    ['when the key is deleted later than the node claims', { key: 'a', applied: 4, route: undefined }],
    ['when the key was not there yet', { key: 'a', applied: 0, route: undefined }],
    ['when there is no such key', { key: 'b', applied: 7, route: undefined }],
  ])('%s', (_, answer) => {
    expect(judge(answer)).toEqual({ right: 1, wrong: [], failed: [] });
  });
});

describe('an answer is wrong', () => {
  test.each([
    ['when it is older than the node claims', { key: 'a', applied: 3, route: at(1, 'one') }, 'due is 3'],
    ['when the key was deleted before', { key: 'a', applied: 5, route: at(3, 'three') }, 'due is 5'],
    ['when nobody wrote that value', { key: 'a', applied: 3, route: at(3, 'four') }, 'nobody wrote'],
    ['when there is no such revision', { key: 'a', applied: 3, route: at(4, 'three') }, 'nobody wrote'],
    ['when the route has to be there', { key: 'a', applied: 7, route: undefined }, 'it is since 7'],
  ])('%s', (_, answer, fault) => {
    expect(judge(answer)).toEqual({ right: 0, wrong: [expect.stringContaining(fault)], failed: [] });
  });
});

test('a lookup without an answer is counted as such, and settling starts anew', () => {
  const audit = new LookupAudit();
  audit.failed('node-1: refused');
  expect(audit.count).toBe(1);
  expect(audit.settle(new Ledger())).toEqual({ right: 0, wrong: [], failed: ['node-1: refused'] });
  expect(audit.settle(new Ledger())).toEqual({ right: 0, wrong: [], failed: [] });
});
