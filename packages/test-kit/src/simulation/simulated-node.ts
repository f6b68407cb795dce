import { type AppliedWatch, type KvUpdate, sleep, type WatchOptions, watchApplied } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { processDied, SimulatedFold } from './simulated-fold.js';
import type {
  SimulatedFoldMedium,
  SimulatedWorld,
  SimulationDefinition,
  SimulationSubject,
} from './simulation-definition.js';
import type { SimulationOracle } from './simulation-oracle.js';
import { SuspendableClock } from './suspendable-clock.js';
import type { UnreliableSource } from './unreliable-source.js';

/** What a node is made of. */
export interface SimulatedNodeParts {
  readonly definition: SimulationDefinition;
  readonly world: SimulatedWorld;
  readonly source: UnreliableSource;
  readonly medium: SimulatedFoldMedium;
  readonly subject: SimulationSubject;
  readonly oracle: SimulationOracle;
}

// Ended by stop or death, a watch only has promises left to settle, and sleeps of what it still applies.
const ENDING_TURNS = 200;

/** One life of a node's process: a fold, and a watch into it. */
export class SimulatedNode {
  readonly fold: SimulatedFold;
  readonly watch: AppliedWatch;
  readonly #parts: SimulatedNodeParts;
  readonly #death: AbortController;
  readonly #clock: SuspendableClock;
  #thaw: (() => void) | undefined;
  #applyMs = 0;
  #isEnded = false;

  private constructor(
    parts: SimulatedNodeParts,
    fold: SimulatedFold,
    death: AbortController,
    options: Partial<WatchOptions>,
  ) {
    this.#parts = parts;
    this.fold = fold;
    this.#death = death;
    const { definition, source, world } = parts;
    this.#clock = new SuspendableClock(world.clock);
    this.watch = (definition.watchApplied ?? watchApplied)({
      source,
      store: fold,
      scope: definition.scope,
      clock: this.#clock,
      random: world.random,
      batch: { max: 3, catchUpMax: 3 },
      apply: (batch: readonly KvUpdate[]) => this.#apply(batch),
      ...options,
    });
  }

  static async start(parts: SimulatedNodeParts, options: Partial<WatchOptions> = {}): Promise<SimulatedNode> {
    const { medium, oracle, world, subject } = parts;
    const opened = await medium.open();
    if (opened.cursor.isNone) oracle.foldLost();
    await oracle.checkFold(opened);
    await subject.start?.(await collect(opened.range('')));
    const death = new AbortController();
    return new SimulatedNode(parts, new SimulatedFold(opened, world, oracle, death.signal), death, options);
  }

  /** The next batch takes this long. */
  slowDown(ms: number): void {
    this.#applyMs = ms;
  }

  /** Stands still: no timer fires, and nothing arrives over its connections any more. */
  suspend(): void {
    this.#thaw ??= this.#parts.source.freeze();
    this.#clock.suspend();
  }

  /** Goes on: what fell due fires, and then it learns that its connections are dead. */
  wake(): void {
    this.#clock.wake();
    this.#thaw?.();
    this.#thaw = undefined;
  }

  /** Dies at this instant, in the middle of whatever it is doing. */
  async crash(): Promise<void> {
    this.#death.abort();
    // A dead process writes nothing, whatever of it still runs here.
    await this.fold.close();
    await this.#end();
  }

  /** Ends in order; with a store that fails right then, the watch ends with its error, as it should. */
  async stop(): Promise<void> {
    this.assertSound();
    await this.#end();
    this.fold.assertSound();
  }

  /** @throws what a check failed with, and what the watch failed with by itself */
  assertSound(): void {
    this.fold.assertSound();
    const { name, cause } = this.watch.state;
    if (name === 'failed' && !this.#death.signal.aborted) throw new Error('the watch failed', { cause });
  }

  async #end(): Promise<void> {
    this.wake();
    const settled = (): void => {
      this.#isEnded = true;
    };
    this.watch.stop().then(settled, settled);
    const { clock } = this.#parts.world;
    for (let turn = 0; !this.#isEnded; turn++) {
      if (turn === ENDING_TURNS) throw new Error('the watch does not end');
      await clock.advance(turn === 0 ? 0 : (clock.nextTimerMs ?? 0));
    }
    await this.fold.close();
  }

  async #apply(batch: readonly KvUpdate[]): Promise<void> {
    const { world, subject, oracle } = this.#parts;
    const ms = this.#applyMs;
    this.#applyMs = 0;
    if (ms > 0) await sleep(world.clock, ms, this.#death.signal).catch(() => undefined);
    if (this.#death.signal.aborted) throw processDied();
    await subject.apply?.(batch);
    oracle.applied(batch);
  }
}
