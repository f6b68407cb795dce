import { type KvUpdate, VersionToken } from '@slipstream/core';
import type { HandUpdate } from '../peers/hand-made-fold.js';
import { benchKey, benchValue } from './bench-entries.js';

/** Puts as a source delivers them, from `first` on, of the keys at `places`. */
export function benchUpdates(places: Uint32Array, first: number, count: number, round = 0): KvUpdate[] {
  return slice(places, first, count).map(({ place, revision }) => ({
    kind: 'put',
    key: benchKey(place),
    value: benchValue(place, round),
    version: VersionToken.fromRevision(revision),
  }));
}

/** The same as `kv.watch()` delivers them. */
export function handUpdates(places: Uint32Array, first: number, count: number, round = 0): HandUpdate[] {
  return slice(places, first, count).map(({ place, revision }) => ({
    operation: 'PUT',
    key: benchKey(place),
    value: benchValue(place, round),
    revision,
  }));
}

function slice(places: Uint32Array, first: number, count: number): { place: number; revision: number }[] {
  return Array.from(places.subarray(first, first + count), (place, index) => ({
    place,
    revision: first + index + 1,
  }));
}
