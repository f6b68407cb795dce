import { ManualClock } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import type { NodeHealth } from '../node/node-health.js';
import { FleetPicture, type PicturedNode } from './fleet-picture.js';

function healthAt(name: string, revision: number): NodeHealth {
  return {
    name,
    pid: 1,
    engine: 'log',
    state: 'live',
    since: 0,
    cause: undefined,
    revision,
    lag: 0,
    entries: 0,
    opened: { revision: 0, entries: 0 },
    delivered: { updates: 0, firstRevision: undefined, lowestRevision: undefined },
    lookups: 0,
  };
}

const nodeAt = (name: string, revision: number): PicturedNode => ({
  name,
  health: async () => healthAt(name, revision),
});

test('the head stays that of the look, however far the bucket has gone on since', async () => {
  let head = 40;
  const picture = new FleetPicture({ up: () => [nodeAt('node-1', 40)], head: () => head });
  await picture.look();
  head = 90;
  expect(picture.head).toBe(40);
  expect(picture.healthOf('node-1')?.revision).toBe(40);
});

test('no node is ahead of the bucket: the writers may hear of a revision after it has', async () => {
  const nodes = [nodeAt('node-1', 42), nodeAt('node-2', 41)];
  const picture = new FleetPicture({ up: () => nodes, head: () => 40 });
  await picture.look();
  expect(picture.head).toBe(42);
});

test('a node that does not answer hides no other one, and is asked once', async () => {
  const clock = new ManualClock();
  let asked = 0;
  const silent: PicturedNode = {
    name: 'node-2',
    health: () => {
      asked += 1;
      return new Promise(() => {});
    },
  };
  const picture = new FleetPicture({ up: () => [silent, nodeAt('node-1', 7)], head: () => 7, clock });
  for (let look = 0; look < 2; look++) {
    const looked = picture.look();
    await clock.advance(100);
    await looked;
  }
  expect(picture.healthOf('node-1')?.revision).toBe(7);
  expect(picture.healthOf('node-2')).toBeUndefined();
  expect(asked).toBe(1);
});

test('what a node said outlives it', async () => {
  const nodes = [nodeAt('node-1', 7)];
  const picture = new FleetPicture({ up: () => nodes, head: () => 7 });
  await picture.look();
  nodes.pop();
  await picture.look();
  expect(picture.healthOf('node-1')?.revision).toBe(7);
});
