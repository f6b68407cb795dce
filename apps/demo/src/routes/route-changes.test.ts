import { isValidKey } from '@slipstream/core';
import { seededRandom } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import { routeSchema } from './route.js';
import { type RouteChange, RouteChanges } from './route-changes.js';

function filled(seed: number): RouteChanges {
  const changes = new RouteChanges(seededRandom(seed));
  for (const _ of changes.additions(200));
  return changes;
}

function take(from: Iterable<RouteChange>, count: number): RouteChange[] {
  const taken: RouteChange[] = [];
  for (const change of from) {
    taken.push(change);
    if (taken.length === count) break;
  }
  return taken;
}

test('one seed makes one sequence of changes, another seed another', () => {
  const changes = (seed: number) => take(filled(seed).churn(), 500);
  expect(changes(7)).toEqual(changes(7));
  expect(changes(7)).not.toEqual(changes(8));
});

test('distinct changes are of as many keys, even of all there are', () => {
  const keys = [...filled(3).distinct(200)].map(({ key }) => key);
  expect(new Set(keys).size).toBe(200);
});

test('a churn has puts, deletes and new routes, and deletes only what is live', () => {
  const changes = filled(5);
  const live = new Set(changes.known);
  let deletes = 0;
  let additions = 0;
  for (const { key, value } of take(changes.churn(), 2_000)) {
    if (value === undefined) {
      expect(live.delete(key)).toBe(true);
      deletes += 1;
    } else {
      if (!live.has(key)) additions += 1;
      live.add(key);
    }
  }
  expect(deletes).toBeGreaterThan(100);
  expect(additions).toBeGreaterThan(100);
});

test('every key is one that a bucket takes, and every value fits the schema', () => {
  for (const { key, value = 'null' } of new RouteChanges(seededRandom(1)).additions(100)) {
    expect(isValidKey(key), key).toBe(true);
    expect(routeSchema['~standard'].validate(JSON.parse(value))).toHaveProperty('value');
  }
});

test.each([null, 7, {}, { target: 'a', weight: '1', ttlSeconds: 1, region: 'ams' }])(
  'the schema refuses %j',
  (value) => {
    expect(routeSchema['~standard'].validate(value)).toHaveProperty('issues');
  },
);
