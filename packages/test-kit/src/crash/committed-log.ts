import { type KvUpdate, VersionToken, WatchCursor } from '@slipstream/core';
import { seededRandom, TEST_EPOCH } from '@slipstream/core/testing';
import { FoldModel } from '../models/fold-model.js';

/** One commit of a fold. */
export interface Commit {
  readonly updates: readonly KvUpdate[];
  readonly cursor: WatchCursor;
}

/** Revisions from one commit to the next, more than a commit has updates. */
const STRIDE = 64;
const MAX_UPDATES = 24;
const KEYS = 60;
const MAX_VALUE_BYTES = 1_500;

/** The `index`-th commit (from 1) of the endless log that follows from `seed`, the same in every process. */
export function commitAt(seed: number, index: number): Commit {
  const random = seededRandom(seed * 31 + index);
  const below = (limit: number): number => Math.floor(random() * limit);
  const start = index * STRIDE;
  const updates = Array.from({ length: 1 + below(MAX_UPDATES) }, (_, offset): KvUpdate => {
    const deletes = random() < 0.25;
    return {
      kind: deletes ? 'delete' : 'put',
      key: `key.${below(KEYS)}`,
      value: deletes ? new Uint8Array(0) : new Uint8Array(below(MAX_VALUE_BYTES)).fill(below(256)),
      version: VersionToken.fromRevision(start + offset),
    };
  });
  const version = VersionToken.fromRevision(start + STRIDE - 1);
  return { updates, cursor: WatchCursor.of({ version, epoch: TEST_EPOCH, at: start }) };
}

/** How many commits a fold with this cursor holds; `undefined` when it is the cursor of none. */
export function commitsBefore(cursor: WatchCursor): number | undefined {
  if (cursor.isNone) return 0;
  const index = (Number(cursor.revision) + 1) / STRIDE - 1;
  return Number.isInteger(index) && index >= 1 ? index : undefined;
}

/** What a fold holds after the first `count` commits. */
export function modelAfter(seed: number, count: number): FoldModel {
  const model = new FoldModel();
  for (let index = 1; index <= count; index++) {
    const { updates, cursor } = commitAt(seed, index);
    model.apply(updates, cursor);
  }
  return model;
}
