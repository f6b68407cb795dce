import type { KeyBounds } from '@slipstream/core';
import { requireLink } from './find-key.js';
import { behindLink, isLink, layerEnd, layerPrefix, linkKey, ROOT_LAYER, SLICE_BYTES } from './key-layout.js';

/** What an engine iterates. */
export interface EngineEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** The engine's entries from `start` up to, and without, `end`, in order. */
export type ScanEntries = (start: Buffer, end: Buffer) => Iterable<EngineEntry>;

/** Makes an entry of a fold of its key and its record. */
export type MakeEntry<E> = (key: string, record: Buffer) => E;

/** The entries of a fold within these bounds, in byte order of their keys. */
export function* walkLayers<E>(
  scan: ScanEntries,
  bounds: KeyBounds,
  make: MakeEntry<E>,
): Generator<E, void, undefined> {
  const end = bounds.end && Buffer.from(bounds.end);
  yield* walkLayer({ scan, make, prefix: ROOT_LAYER, stem: NOTHING, start: Buffer.from(bounds.start), end });
}

/** A part of one layer. */
interface LayerWalk<E> {
  readonly scan: ScanEntries;
  readonly make: MakeEntry<E>;
  /** Of the layer. */
  readonly prefix: Buffer;
  /** What all keys of the layer begin with. */
  readonly stem: Buffer;
  /** Of the rest of a key, behind the stem. */
  readonly start: Buffer;
  readonly end: Buffer | undefined;
}

function* walkLayer<E>(walk: LayerWalk<E>): Generator<E, void, undefined> {
  const { scan, make, prefix, stem, start, end } = walk;
  for (const { key, value } of scan(firstPlace(prefix, start), lastPlace(prefix, end))) {
    if (!isLink(key, prefix)) {
      yield make(textOf(stem, key, prefix.length), value);
      continue;
    }
    const slice = key.subarray(prefix.length, -1);
    yield* walkLayer({
      scan,
      make,
      prefix: layerPrefix(requireLink(value).layer),
      stem: Buffer.concat([stem, slice]),
      start: beginsWith(start, slice) ? start.subarray(SLICE_BYTES) : NOTHING,
      end: end !== undefined && beginsWith(end, slice) ? end.subarray(SLICE_BYTES) : undefined,
    });
  }
}

/** A start that goes on behind a slice begins in the layer behind its link. */
function firstPlace(prefix: Buffer, start: Buffer): Buffer {
  if (start.length <= SLICE_BYTES) return Buffer.concat([prefix, start]);
  return linkKey(prefix, start.subarray(0, SLICE_BYTES));
}

/** An end that goes on behind a slice ends in the layer behind its link. */
function lastPlace(prefix: Buffer, end: Buffer | undefined): Buffer {
  if (end === undefined) return layerEnd(prefix);
  if (end.length <= SLICE_BYTES) return Buffer.concat([prefix, end]);
  return behindLink(prefix, end.subarray(0, SLICE_BYTES));
}

function beginsWith(bound: Buffer, slice: Buffer): boolean {
  return bound.length > SLICE_BYTES && bound.subarray(0, SLICE_BYTES).equals(slice);
}

function textOf(stem: Buffer, key: Buffer, prefixLength: number): string {
  if (stem.length === 0) return key.toString('utf8', prefixLength);
  // A slice may end in the middle of a character.
  return Buffer.concat([stem, key.subarray(prefixLength)]).toString('utf8');
}

const NOTHING = Buffer.alloc(0);
