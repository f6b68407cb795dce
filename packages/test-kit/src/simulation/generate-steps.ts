import { seededRandom } from '@slipstream/core/testing';
import type { SimulationStep } from './simulation-step.js';

const KEYS = ['a', 'b', 'c.1', 'c.2', 'd'] as const;
const MINUTE_MS = 60_000;

type Draw = (random: () => number) => SimulationStep | readonly SimulationStep[];

/** What may happen, and how often beside the others. */
const draws: readonly (readonly [weight: number, draw: Draw])[] = [
  [10, (random) => ({ kind: 'put', key: one(KEYS, random) })],
  [5, (random) => ({ kind: 'delete', key: one(KEYS, random) })],
  [1, (random) => ({ kind: 'purge', key: one(KEYS, random) })],
  [6, (random) => ({ kind: 'pass-time', ms: one([1, 20, 500, 5_000, MINUTE_MS, 31 * MINUTE_MS], random) })],
  [2, (random) => ({ kind: 'cut-connection', noticedAfterMs: one([0, 0, 5_000, 29_000], random) })],
  [1, (random) => ({ kind: 'fail-requests', count: one([1, 2, 5], random) })],
  [2, (random) => ({ kind: 'evict', share: one([0.3, 0.7, 1], random) })],
  [2, () => ({ kind: 'remove-markers' })],
  [1, () => ({ kind: 'recreate-bucket' })],
  [
    1,
    (random) => ({
      kind: 'fail-store',
      count: one([1, 3], random),
      at: one(['before-commit', 'after-commit'], random),
    }),
  ],
  [2, (random) => ({ kind: 'slow-apply', ms: one([10, 5_000, 40 * MINUTE_MS], random) })],
  [3, (random) => ({ kind: 'crash-node', downForSteps: one([0, 0, 1, 4, 8], random) })],
  [1, (random) => ({ kind: 'suspend-node', forSteps: one([1, 3, 6], random) })],
  [1, absence],
  [1, succession],
  [1, (random) => ({ kind: 'stop-node', downForSteps: one([0, 1, 4, 8], random) })],
];

/**
 * A node that misses a delete, and comes back when its marker may be gone: too long a story to be told by chance
 * often enough.
 */
function absence(random: () => number): SimulationStep[] {
  const busy: readonly SimulationStep[] = [
    { kind: 'slow-apply', ms: 40 * MINUTE_MS },
    { kind: 'put', key: one(KEYS, random) },
    { kind: 'pass-time', ms: 5_000 },
  ];
  const leave: readonly (readonly SimulationStep[])[] = [
    [{ kind: 'crash-node', downForSteps: 4 }],
    busy,
    [...busy, { kind: 'cut-connection', noticedAfterMs: 0 }],
    [
      { kind: 'pass-time', ms: MINUTE_MS },
      { kind: 'suspend-node', forSteps: 4 },
    ],
  ];
  return [
    ...one(leave, random),
    { kind: 'delete', key: one(KEYS, random) },
    { kind: 'pass-time', ms: 31 * MINUTE_MS },
    one([{ kind: 'remove-markers' }, { kind: 'evict', share: 1 }], random),
  ];
}

/** A bucket that is re-created with a few keys; the node dies while it receives them. */
function succession(random: () => number): SimulationStep[] {
  const writes = ['a', 'b', 'd'].map((key): SimulationStep => ({ kind: 'put', key }));
  return [
    { kind: 'recreate-bucket' },
    ...writes,
    { kind: 'pass-time', ms: one([120, 500, 4_200], random) },
    { kind: 'crash-node', downForSteps: 3 },
    { kind: 'delete', key: one(KEYS, random) },
    { kind: 'evict', share: 1 },
  ];
}

const totalWeight = draws.reduce((sum, [weight]) => sum + weight, 0);

/** The history that a seed gives. */
export function generateSteps(seed: number, count: number): SimulationStep[] {
  const random = seededRandom(seed);
  const steps: SimulationStep[] = [];
  while (steps.length < count) steps.push(...[drawn(random)].flat());
  return steps;
}

function drawn(random: () => number): ReturnType<Draw> {
  let rest = random() * totalWeight;
  for (const [weight, draw] of draws) {
    rest -= weight;
    if (rest < 0) return draw(random);
  }
  return { kind: 'pass-time', ms: 0 };
}

function one<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}
