import { type AppliedWatch, type KvUpdate, type WatchOptions, watchApplied } from '@slipstream/core';
import {
  FaultySnapshotStore,
  ManualClock,
  ScriptedSource,
  type ScriptedWatch,
  seededRandom,
} from '@slipstream/core/testing';
import { KvStoreContext } from '../kv-store/kv-store-context.js';
import { SnapshotStoreContext } from '../snapshot-store/snapshot-store-context.js';
import type { CaseRun } from '../suite/conformance-case.js';
import { eventually } from '../suite/eventually.js';
import type { LoopHarness } from './loop-harness.js';
import { WatchRecorder } from './watch-recorder.js';

/** A watch of a scripted source into a real fold, under a manual clock. */
export interface ScriptedLoop {
  readonly source: ScriptedSource;
  /** The first attachment. */
  readonly attachment: ScriptedWatch;
  readonly store: FaultySnapshotStore;
  readonly clock: ManualClock;
  readonly watch: AppliedWatch;
  readonly recorder: WatchRecorder;
}

/** What a case of the loop suite works with. Its members can be taken apart. */
export class LoopContext {
  readonly source: KvStoreContext;
  readonly fold: SnapshotStoreContext;
  readonly run: CaseRun;
  readonly #watchApplied: typeof watchApplied;

  constructor(harness: LoopHarness, run: CaseRun) {
    this.source = new KvStoreContext(harness.source, run);
    this.fold = new SnapshotStoreContext(harness.fold, run);
    this.run = run;
    this.#watchApplied = harness.watchApplied ?? watchApplied;
  }

  /** Starts a watch; stopped when the case ends. */
  readonly follow = <U = KvUpdate>(options: WatchOptions<U>): AppliedWatch => {
    const watch = this.#watchApplied({ random: seededRandom(this.run.seed), ...options });
    const stop = (): Promise<unknown> => watch.stop().catch(() => undefined);
    this.run.own({ [Symbol.asyncDispose]: async () => void (await stop()) });
    return watch;
  };

  /** Starts a watch of a scripted source into a fold of the harness, and waits for its first attachment. */
  readonly scripted = async (options: Partial<WatchOptions> = {}): Promise<ScriptedLoop> => {
    const source = new ScriptedSource();
    const store = new FaultySnapshotStore(await this.fold.open());
    const clock = new ManualClock();
    const recorder = new WatchRecorder();
    const { observer, apply, onApplied } = recorder;
    const watch = this.follow({ source, store, clock, observer, apply, onApplied, ...options });
    return { source, store, clock, recorder, watch, attachment: await source.nextWatch() };
  };

  /** Waits until the watch has committed `revision`. */
  readonly applied = (watch: AppliedWatch, revision: number | bigint): Promise<true> =>
    eventually(() => watch.cursor.revision === BigInt(revision) || undefined, {
      what: `the watch to reach revision ${revision}`,
    });

  /** Moves the clock from timer to timer until the condition holds, leaving the engine time for its own work. */
  readonly advanceUntil = (clock: ManualClock, what: string, condition: () => boolean): Promise<true> =>
    eventually(
      async () => {
        // What was set off before decides which timer is the next.
        await clock.advance(0);
        if (condition()) return true;
        await clock.advance(clock.nextTimerMs ?? 0);
        return undefined;
      },
      { what },
    );
}
