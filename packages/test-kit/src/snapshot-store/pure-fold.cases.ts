import assert from 'node:assert/strict';
import type { SnapshotStore } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import fc from 'fast-check';
import { type FoldStep, foldHistory } from '../models/fold-history.js';
import { assertHolds, FoldModel } from '../models/fold-model.js';
import { plainEntry } from '../models/plain-form.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';
import type { SnapshotStoreContext } from './snapshot-store-context.js';

type ApplyStep = Extract<FoldStep, { kind: 'apply' }>;

const isApply = (step: FoldStep): step is ApplyStep => step.kind === 'apply';

async function applyAll(store: SnapshotStore, steps: readonly ApplyStep[]): Promise<void> {
  for (const { updates, cursor } of steps) await store.apply(updates, cursor);
}

/** Lives through the history and compares with the model after every step. */
async function live({ harness }: SnapshotStoreContext, history: readonly FoldStep[]): Promise<void> {
  const model = new FoldModel();
  const applied: ApplyStep[] = [];
  let place = await harness.createLocation();
  let store = await harness.open(place);
  try {
    for (const [index, step] of history.entries()) {
      if (step.kind === 'apply') {
        await applyAll(store, [step]);
        model.apply(step.updates, step.cursor);
        applied.push(step);
      } else if (step.kind === 'repeat') {
        await applyAll(store, applied.slice(-1));
      } else if (step.kind === 'wipe' || !harness.capabilities.durable) {
        await store.close();
        await place[Symbol.asyncDispose]();
        place = await harness.createLocation();
        store = await harness.open(place);
        await applyAll(store, applied);
      } else {
        await store.close();
        store = await harness.open(place);
      }
      await assertHolds(store, model, `after step ${index} (${step.kind})`);
    }
  } finally {
    await store.close();
    await place[Symbol.asyncDispose]();
  }
}

export const pureFoldCases: readonly SnapshotStoreCase[] = [
  {
    id: 'pure-fold/any-history',
    guarantee:
      'after any history, with reopenings, replays and lost folds, the fold equals a plain map of the same updates',
    deadlineMs: 120_000,
    async run(context) {
      const { run } = context;
      const property = fc.asyncProperty(foldHistory, (history) => live(context, history));
      await fc.assert(property, { seed: run.seed, numRuns: run.runs(25) });
    },
  },
  {
    id: 'pure-fold/batching',
    guarantee: 'the same updates in other batches give the same fold',
    deadlineMs: 120_000,
    async run({ harness, run }) {
      const holdings = async (steps: readonly ApplyStep[]): Promise<unknown> => {
        await using place = await harness.createLocation();
        await using store = await harness.open(place);
        await applyAll(store, steps);
        const entries = (await collect(store.range(''))).map(plainEntry);
        return { entries, cursor: String(store.cursor) };
      };
      const property = fc.asyncProperty(foldHistory, async (history) => {
        const steps = history.filter(isApply);
        const last = steps.at(-1);
        fc.pre(last !== undefined);
        if (last === undefined) return;
        const single = { ...last, updates: steps.flatMap(({ updates }) => updates) };
        assert.deepEqual(await holdings([single]), await holdings(steps));
      });
      await fc.assert(property, { seed: run.seed, numRuns: run.runs(10) });
    },
  },
];
