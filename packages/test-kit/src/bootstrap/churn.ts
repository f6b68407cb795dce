import { setImmediate } from 'node:timers/promises';
import type { AppliedWatch, VersionToken } from '@slipstream/core';
import { seededRandom } from '@slipstream/core/testing';
import { bytesOf } from '../kv-store/bucket-content.js';
import type { WritableKvStore } from '../kv-store/kv-store-context.js';

/** Even a step that is over sooner sees this many writes. */
const LEAST_PER_STEP = 200;
/** A node that is held up must not have to catch up with all that fits into memory. */
const MOST_AHEAD = 10_000;

/**
 * Writers that never pause. Each changes a key that none has changed before, so that a log which keeps one version
 * of a key keeps all of theirs, and what a node is delivered can be counted to the last revision.
 */
export class Churn {
  readonly #bucket: WritableKvStore;
  readonly #unchanged: string[];
  readonly #random: () => number;
  readonly #written: VersionToken[] = [];

  /** @param keys - What the bucket has. */
  constructor(bucket: WritableKvStore, keys: readonly string[], seed: number) {
    this.#bucket = bucket;
    this.#unchanged = [...keys];
    this.#random = seededRandom(seed);
  }

  /** Writes while `work` runs, at most {@link MOST_AHEAD} writes ahead of `follower`. */
  async during<T>(work: Promise<T>, follower: AppliedWatch): Promise<T> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    for (let write = 0; write < LEAST_PER_STEP || !isOver; write++) {
      await this.write();
      const behind = this.#written.at(-MOST_AHEAD);
      if (behind !== undefined) await Promise.race([follower.waitFor(behind), work]);
      // A source in memory would never yield to the event loop.
      await setImmediate();
    }
    return work;
  }

  /** One change of a key that was not changed before; its version. */
  async write(): Promise<VersionToken> {
    const { writer } = this.#bucket;
    const kind = this.#random();
    const old = kind < 0.6 ? this.#takeUnchanged() : undefined;
    const value = bytesOf(`change ${this.#written.length}`);
    let version: VersionToken;
    if (old === undefined) version = await writer.put(`route.new.${this.#written.length}`, value);
    else version = kind < 0.2 ? await writer.delete(old) : await writer.put(old, value);
    this.#written.push(version);
    return version;
  }

  #takeUnchanged(): string | undefined {
    const index = Math.floor(this.#random() * this.#unchanged.length);
    const last = this.#unchanged.pop();
    if (last === undefined || index === this.#unchanged.length) return last;
    const taken = this.#unchanged[index];
    this.#unchanged[index] = last;
    return taken;
  }
}
