import { describe, expect, test } from 'vitest';
import type { NodeHealth } from '../node/node-health.js';
import type { Evidence } from './evidence.js';
import { judge } from './judge.js';

function health(parts: Partial<NodeHealth>): NodeHealth {
  return {
    name: 'node-2',
    pid: 1,
    engine: 'log',
    state: 'live',
    since: 0,
    cause: undefined,
    revision: 150,
    lag: 0,
    entries: 90,
    opened: { revision: 100, entries: 80 },
    delivered: { updates: 45, firstRevision: 101, lowestRevision: 101 },
    lookups: 0,
    ...parts,
  };
}

const table = { entries: 90, sha256: 'abc' };
const restart: Evidence['restart'] = {
  reportedRevision: 99,
  changesWhileDead: 40,
  health: health({}),
  dueEntries: 80,
  due: { updates: 45, firstRevision: 101 },
  countedByBucket: 45,
  replayUpdates: 120,
};
const newcomer = { name: 'node-4', engine: 'sqlite' };
const bootstrap: Evidence['bootstrap'] = {
  exporter: { name: 'node-1', engine: 'log' },
  artifact: { revision: 100, table: { entries: 80, sha256: 'def' } },
  dueTable: { entries: 80, sha256: 'def' },
  changesSince: 40,
  health: health(newcomer),
  dueEntries: 80,
  due: { updates: 45, firstRevision: 101 },
  countedByBucket: 45,
  replayUpdates: 120,
};
const outage: Evidence['outage'] = {
  head: 150,
  dueEntries: 90,
  lookups: { right: 500, wrong: [], failed: [] },
  during: [health({ state: 'stale' })],
  restarted: health({
    name: 'node-3',
    opened: { revision: 150, entries: 90 },
    delivered: { updates: 0, firstRevision: undefined, lowestRevision: undefined },
  }),
  changesAfter: 20,
  deliveredAfter: [
    { name: 'node-1', updates: 20 },
    { name: 'node-3', updates: 20 },
  ],
};
const tables: Evidence['tables'] = { nodes: [{ name: 'node-1', table }], bucket: table, ledger: table };
const sound: Evidence = {
  restart,
  bootstrap,
  outage,
  tables,
  lookups: [{ right: 10, wrong: [], failed: [] }],
};

function failures(evidence: Evidence): string[] {
  return judge(evidence)
    .filter(({ holds }) => !holds)
    .map(({ text }) => text);
}

describe('the verdict', () => {
  test('holds when every figure is as the ledger has it', () => {
    expect(failures(sound)).toEqual([]);
  });

  test('holds where the bucket does not count what it delivers', () => {
    const uncounted = { countedByBucket: undefined };
    const evidence = {
      ...sound,
      restart: { ...restart, ...uncounted },
      bootstrap: { ...bootstrap, ...uncounted },
    };
    expect(failures(evidence)).toEqual([]);
  });

  test.each<[string, Partial<Evidence['restart']>, number]>([
    [
      'one update too many',
      { health: health({ delivered: { updates: 46, firstRevision: 101, lowestRevision: 101 } }) },
      1,
    ],
    [
      'one update too few',
      { health: health({ delivered: { updates: 44, firstRevision: 101, lowestRevision: 101 } }) },
      1,
    ],
    [
      'one delivered again',
      { health: health({ delivered: { updates: 45, firstRevision: 101, lowestRevision: 100 } }) },
      1,
    ],
    [
      'one skipped',
      { health: health({ delivered: { updates: 45, firstRevision: 102, lowestRevision: 102 } }) },
      1,
    ],
    [
      'a full replay',
      { health: health({ delivered: { updates: 120, firstRevision: 1, lowestRevision: 1 } }) },
      3,
    ],
    ['an empty fold', { health: health({ opened: { revision: 0, entries: 0 } }) }, 1],
    ['a fold that lost what was reported', { reportedRevision: 101 }, 1],
    ['a fold with a route missing', { dueEntries: 81 }, 1],
    ['fewer changes than were made', { changesWhileDead: 46 }, 1],
    ['a server that counts more', { countedByBucket: 46 }, 1],
  ])('fails on a restarted node with %s', (_, parts, count) => {
    expect(failures({ ...sound, restart: { ...restart, ...parts } })).toHaveLength(count);
  });

  test.each<[string, Partial<Evidence['bootstrap']>, number]>([
    [
      'one update too many',
      {
        health: health({
          ...newcomer,
          delivered: { updates: 46, firstRevision: 101, lowestRevision: 101 },
        }),
      },
      1,
    ],
    [
      'one update too few',
      {
        health: health({
          ...newcomer,
          delivered: { updates: 44, firstRevision: 101, lowestRevision: 101 },
        }),
      },
      1,
    ],
    [
      'one that the artifact had already',
      {
        health: health({
          ...newcomer,
          delivered: { updates: 45, firstRevision: 100, lowestRevision: 100 },
        }),
      },
      1,
    ],
    [
      'one skipped',
      {
        health: health({
          ...newcomer,
          delivered: { updates: 45, firstRevision: 102, lowestRevision: 102 },
        }),
      },
      1,
    ],
    [
      'a full replay',
      {
        health: health({ ...newcomer, delivered: { updates: 120, firstRevision: 1, lowestRevision: 1 } }),
      },
      3,
    ],
    ['an empty fold', { health: health({ ...newcomer, opened: { revision: 0, entries: 0 } }) }, 1],
    [
      'a fold at another revision than the artifact',
      { health: health({ ...newcomer, opened: { revision: 99, entries: 80 } }) },
      1,
    ],
    ['a fold with a route missing', { dueEntries: 81 }, 1],
    ['the engine of the node that exported', { health: health({ name: 'node-4' }) }, 1],
    ['an artifact that is not the table as of its cursor', { dueTable: { entries: 80, sha256: 'dea' } }, 1],
    [
      'an artifact of nothing',
      {
        artifact: { revision: 100, table: { entries: 0, sha256: 'e3b' } },
        dueTable: { entries: 0, sha256: 'e3b' },
      },
      1,
    ],
    ['fewer changes than were made since', { changesSince: 46 }, 1],
    ['a server that counts more', { countedByBucket: 46 }, 1],
  ])('fails on a new node with %s', (_, parts, count) => {
    expect(failures({ ...sound, bootstrap: { ...bootstrap, ...parts } })).toHaveLength(count);
  });

  test.each<[string, Partial<Evidence['outage']>]>([
    ['no lookup at all', { lookups: { right: 0, wrong: [], failed: [] } }],
    ['a lookup that failed', { lookups: { right: 499, wrong: [], failed: ['refused'] } }],
    ['a lookup that was wrong', { lookups: { right: 499, wrong: ['older'], failed: [] } }],
    ['a node that says it is live', { during: [health({ state: 'live' })] }],
    ['a restarted node that has lost something', { dueEntries: 91 }],
    ['a restarted node at another revision', { head: 151 }],
    ['a node that was delivered more', { deliveredAfter: [{ name: 'node-1', updates: 21 }] }],
    ['no node that was delivered anything', { deliveredAfter: [] }],
  ])('fails on an outage with %s', (_, parts) => {
    expect(failures({ ...sound, outage: { ...outage, ...parts } })).toHaveLength(1);
  });

  test('fails on a fold that differs from the bucket, and names it', () => {
    const nodes = [...tables.nodes, { name: 'node-2', table: { entries: 90, sha256: 'abd' } }];
    expect(failures({ ...sound, tables: { ...tables, nodes } })).toEqual([expect.stringContaining('node-2')]);
  });

  test('fails on a bucket that differs from the ledger', () => {
    const ledger = { entries: 89, sha256: 'abd' };
    expect(failures({ ...sound, tables: { ...tables, ledger } })).toEqual([
      expect.stringContaining('the ledger'),
    ]);
  });

  test('fails on one bad lookup anywhere, and quotes it', () => {
    const lookups = [...sound.lookups, { right: 3, wrong: ['node-1 has a stale route'], failed: [] }];
    expect(failures({ ...sound, lookups })).toEqual([expect.stringContaining('node-1 has a stale route')]);
  });
});
