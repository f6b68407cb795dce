import {
  type KvUpdate,
  SlipstreamError,
  type SnapshotStore,
  sleep,
  type WatchCursor,
} from '@slipstream/core';
import { FaultySnapshotStore } from '@slipstream/core/testing';
import type { SimulatedWorld } from './simulation-definition.js';
import type { SimulationOracle } from './simulation-oracle.js';

const COMMITS_MS = [0, 0, 0, 1, 40] as const;

/** The error of whatever is still running when its process is dead; not retryable. */
export function processDied(): SlipstreamError {
  return new SlipstreamError('INVALID_PATH', 'this process died');
}

/** A fold in a process that can die at any instant; every commit is checked. */
export class SimulatedFold extends FaultySnapshotStore {
  readonly #fold: SnapshotStore;
  readonly #world: SimulatedWorld;
  readonly #oracle: SimulationOracle;
  readonly #death: AbortSignal;
  #violation: unknown;

  constructor(fold: SnapshotStore, world: SimulatedWorld, oracle: SimulationOracle, death: AbortSignal) {
    super(fold);
    this.#fold = fold;
    this.#world = world;
    this.#oracle = oracle;
    this.#death = death;
  }

  /** What a check of a commit failed with: the loop would take it for an error of the store. */
  assertSound(): void {
    if (this.#violation !== undefined) throw this.#violation;
  }

  override async apply(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    await this.#delay();
    try {
      await super.apply(updates, cursor);
    } finally {
      await this.#check();
    }
    await this.#delay();
  }

  async #check(): Promise<void> {
    try {
      if (!this.#death.aborted) await this.#oracle.checkFold(this.#fold);
    } catch (error) {
      this.#violation ??= error;
    }
  }

  async #delay(): Promise<void> {
    const { clock, random } = this.#world;
    const ms = COMMITS_MS[Math.floor(random() * COMMITS_MS.length)];
    if (ms !== undefined && ms > 0) await sleep(clock, ms, this.#death).catch(() => undefined);
    if (this.#death.aborted) throw processDied();
  }
}
