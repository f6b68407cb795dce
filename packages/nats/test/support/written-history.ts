import type { VersionToken } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import type { SnapshotStoreHarness, TemporaryDirectory } from '@slipstream/test-kit';
import { expect } from 'vitest';
import type { NatsKvStore } from '../../src/index.js';

interface Write {
  readonly key: string;
  /** `undefined`: it was deleted. */
  readonly value: Uint8Array | undefined;
}

/** A bucket with one writer, who knows what a fold has to hold at any cursor. */
export class WrittenHistory {
  readonly bucket: NatsKvStore;
  readonly #writes: Write[] = [];

  constructor(bucket: NatsKvStore) {
    this.bucket = bucket;
  }

  /** The revision of the last write. */
  get head(): number {
    return this.#writes.length;
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.#noted({ key, value }, await this.bucket.writer.put(key, value));
  }

  async delete(key: string): Promise<void> {
    this.#noted({ key, value: undefined }, await this.bucket.writer.delete(key));
  }

  /** The keys after the first `count` writes, sorted. */
  keysAt(count: number): string[] {
    return [...this.#entriesAt(count).keys()].sort();
  }

  /** Opens a fold from disk and expects what was written up to its cursor, and nothing else; returns that. */
  async expectPrefix(
    harness: SnapshotStoreHarness<TemporaryDirectory>,
    directory: TemporaryDirectory,
  ): Promise<number> {
    await using store = await harness.open(directory);
    const cursor = Number(store.cursor.revision ?? 0);
    const held = (await collect(store.range(''))).map(
      ({ key, value, version }) => `${key} @ ${version.revision} = ${Buffer.from(value).toString('base64')}`,
    );
    const expected = [...this.#entriesAt(cursor)].map(
      ([key, { value, revision }]) => `${key} @ ${revision} = ${Buffer.from(value).toString('base64')}`,
    );
    expect(held.sort(), `the ${harness.name} fold at cursor ${cursor}`).toEqual(expected.sort());
    return cursor;
  }

  #entriesAt(count: number): Map<string, { value: Uint8Array; revision: number }> {
    const entries = new Map<string, { value: Uint8Array; revision: number }>();
    for (const [index, { key, value }] of this.#writes.slice(0, count).entries()) {
      if (value === undefined) entries.delete(key);
      else entries.set(key, { value, revision: index + 1 });
    }
    return entries;
  }

  #noted(write: Write, { revision }: VersionToken): void {
    this.#writes.push(write);
    if (revision !== BigInt(this.head))
      throw new Error(`another writer wrote: ${revision}, not ${this.head}`);
  }
}
