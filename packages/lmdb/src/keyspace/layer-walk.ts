import type { KeyBounds } from '@slipstream/core';
import { requireLink } from './find-key.js';
import { afterLink, isLink, layerEnd, layerPrefix, linkKey, ROOT_LAYER, SLICE_BYTES } from './key-layout.js';

/** How the engine is read: in items, which may be entries or only keys. */
export interface LayerReader<Item, Result> {
  /** The items from `start` up to, and without, `end`, in order, of one state. */
  scan(start: Buffer, end: Buffer): Iterable<Item>;
  /** Text when it is an entry of the root layer. */
  keyOf(item: Item): Buffer | string;
  /** The record under the key of an item, of the same state. Called for links only. */
  recordOf(item: Item): Buffer | undefined;
  /** What is yielded for an entry of the fold. */
  result(key: string, item: Item): Result;
}

/** A layer that is being read. */
interface OpenLayer<Item> {
  readonly items: Iterator<Item>;
  /** Of the layer. */
  readonly prefix: Buffer;
  /** What all keys of the layer begin with. */
  readonly stem: Buffer;
  /** Of the rest of a key, after the stem. */
  readonly start: Buffer;
  readonly end: Buffer | undefined;
}

/**
 * The entries of a fold within these bounds, in byte order of their keys. An iterator object, since a generator costs
 * more per entry.
 */
export class LayerWalk<Item, Result> implements Iterator<Result, undefined> {
  readonly #reader: LayerReader<Item, Result>;
  /** Those that led to the current one. */
  readonly #outer: OpenLayer<Item>[] = [];
  #layer: OpenLayer<Item>;

  constructor(reader: LayerReader<Item, Result>, { start, end }: KeyBounds) {
    this.#reader = reader;
    this.#layer = this.#enter(ROOT_LAYER, NOTHING, Buffer.from(start), end && Buffer.from(end));
  }

  next(): IteratorResult<Result, undefined> {
    for (;;) {
      const { done, value: item } = this.#layer.items.next();
      if (done) {
        const outer = this.#outer.pop();
        if (outer === undefined) return { done: true, value: undefined };
        this.#layer = outer;
        continue;
      }
      const key = this.#reader.keyOf(item);
      if (typeof key === 'string') return { done: false, value: this.#reader.result(key, item) };
      const { prefix, stem } = this.#layer;
      if (!isLink(key, prefix)) {
        return { done: false, value: this.#reader.result(textOf(stem, key, prefix.length), item) };
      }
      this.#follow(key, item);
    }
  }

  /** Releases what it holds of the engine, the innermost layer first. */
  return(): IteratorReturnResult<undefined> {
    for (let layer: OpenLayer<Item> | undefined = this.#layer; layer; layer = this.#outer.pop()) {
      layer.items.return?.();
    }
    return { done: true, value: undefined };
  }

  #enter(prefix: Buffer, stem: Buffer, start: Buffer, end: Buffer | undefined): OpenLayer<Item> {
    const items = this.#reader.scan(firstPlace(prefix, start), lastPlace(prefix, end))[Symbol.iterator]();
    return { items, prefix, stem, start, end };
  }

  #follow(link: Buffer, item: Item): void {
    const { prefix, stem, start, end } = this.#layer;
    const slice = link.subarray(prefix.length, -1);
    const { layer } = requireLink(this.#reader.recordOf(item) ?? NOTHING);
    this.#outer.push(this.#layer);
    this.#layer = this.#enter(
      layerPrefix(layer),
      Buffer.concat([stem, slice]),
      beginsWith(start, slice) ? start.subarray(SLICE_BYTES) : NOTHING,
      end !== undefined && beginsWith(end, slice) ? end.subarray(SLICE_BYTES) : undefined,
    );
  }
}

/** A start longer than a slice begins in the layer after its link. */
function firstPlace(prefix: Buffer, start: Buffer): Buffer {
  if (start.length <= SLICE_BYTES) return Buffer.concat([prefix, start]);
  return linkKey(prefix, start.subarray(0, SLICE_BYTES));
}

/** An end longer than a slice ends in the layer after its link. */
function lastPlace(prefix: Buffer, end: Buffer | undefined): Buffer {
  if (end === undefined) return layerEnd(prefix);
  if (end.length <= SLICE_BYTES) return Buffer.concat([prefix, end]);
  return afterLink(prefix, end.subarray(0, SLICE_BYTES));
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
