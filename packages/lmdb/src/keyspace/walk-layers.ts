import type { KeyBounds } from '@slipstream/core';
import { requireLink } from './find-key.js';
import { behindLink, isLink, layerEnd, layerPrefix, linkKey, ROOT_LAYER, SLICE_BYTES } from './key-layout.js';

/** How the engine is read: in items, which may be entries or only keys of it. */
export interface LayerReader<Item, Result> {
  /** The items from `start` up to, and without, `end`, in order, of one state. */
  scan(start: Buffer, end: Buffer): Iterable<Item>;
  /** Text: that of an entry of the root layer. */
  keyOf(item: Item): Buffer | string;
  /** The record under the key of an item, of the same state. Asked for links only. */
  recordOf(item: Item): Buffer | undefined;
  /** What is yielded for an entry of the fold. */
  result(key: string, item: Item): Result;
}

/** The entries of a fold within these bounds, in byte order of their keys. */
export function walkLayers<Item, Result>(
  reader: LayerReader<Item, Result>,
  bounds: KeyBounds,
): Generator<Result, void, undefined> {
  const end = bounds.end && Buffer.from(bounds.end);
  return walkLayer(reader, { prefix: ROOT_LAYER, stem: NOTHING, start: Buffer.from(bounds.start), end });
}

/** A part of one layer. */
interface LayerPart {
  /** Of the layer. */
  readonly prefix: Buffer;
  /** What all keys of the layer begin with. */
  readonly stem: Buffer;
  /** Of the rest of a key, behind the stem. */
  readonly start: Buffer;
  readonly end: Buffer | undefined;
}

function* walkLayer<Item, Result>(
  reader: LayerReader<Item, Result>,
  { prefix, stem, start, end }: LayerPart,
): Generator<Result, void, undefined> {
  for (const item of reader.scan(firstPlace(prefix, start), lastPlace(prefix, end))) {
    const key = reader.keyOf(item);
    if (typeof key === 'string') {
      yield reader.result(key, item);
      continue;
    }
    if (!isLink(key, prefix)) {
      yield reader.result(textOf(stem, key, prefix.length), item);
      continue;
    }
    const slice = key.subarray(prefix.length, -1);
    const { layer } = requireLink(reader.recordOf(item) ?? NOTHING);
    yield* walkLayer(reader, {
      prefix: layerPrefix(layer),
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
