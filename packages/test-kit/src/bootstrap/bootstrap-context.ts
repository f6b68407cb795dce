import { type AppliedWatch, type SnapshotStore, type WatchScope, watchApplied } from '@slipstream/core';
import { seededRandom } from '@slipstream/core/testing';
import { FoldExchange } from '../artifacts/fold-exchange.js';
import { bytesOf } from '../kv-store/bucket-content.js';
import { KvStoreContext, type WritableKvStore } from '../kv-store/kv-store-context.js';
import { WatchRecorder } from '../loop/watch-recorder.js';
import { SnapshotStoreContext } from '../snapshot-store/snapshot-store-context.js';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import type { CaseRun } from '../suite/conformance-case.js';
import { eventually } from '../suite/eventually.js';
import type { BootstrapHarness } from './bootstrap-harness.js';

/** A node of the fleet: a fold and the watch that keeps it live. */
export interface BootstrapNode {
  readonly store: SnapshotStore;
  readonly watch: AppliedWatch;
  /** What the watch was delivered. */
  readonly recorder: WatchRecorder;
}

/** The folds of one engine: how they are opened, exported and imported. */
export interface Engine {
  readonly harness: SnapshotStoreHarness;
  readonly fold: SnapshotStoreContext;
  readonly exchange: FoldExchange;
}

/** Written until a new node has applied something: it is attached then. */
const PROBE_KEY = 'route.probe';

/** What a case of the bootstrap suite works with. Its members can be taken apart. */
export class BootstrapContext {
  readonly source: KvStoreContext;
  readonly engine: Engine;
  readonly otherEngine: Engine | undefined;
  readonly manyKeys: number;
  readonly run: CaseRun;

  constructor({ source, fold, otherFold, manyKeys = 50_000 }: BootstrapHarness, run: CaseRun) {
    this.source = new KvStoreContext(source, run);
    this.engine = engineOf(fold, run);
    this.otherEngine = otherFold && engineOf(otherFold, run);
    this.manyKeys = manyKeys;
    this.run = run;
  }

  /** Starts a node on this fold; stopped when the case ends. */
  readonly follow = (source: WritableKvStore, store: SnapshotStore, scope?: WatchScope): BootstrapNode => {
    const recorder = new WatchRecorder();
    const { observer, apply } = recorder;
    const random = seededRandom(this.run.seed);
    const watch = watchApplied({ source, store, scope, observer, apply, random });
    const stop = async (): Promise<void> => void (await watch.stop().catch(() => undefined));
    this.run.own({ [Symbol.asyncDispose]: stop });
    return { store, watch, recorder };
  };

  /** Writes until the node has applied something. A node that is attached misses nothing from then on. */
  readonly attached = (source: WritableKvStore, { recorder }: BootstrapNode): Promise<true> =>
    eventually(
      async () => {
        await source.writer.put(PROBE_KEY, bytesOf('probe'));
        return recorder.applied.length > 0 || undefined;
      },
      { what: 'the node to apply something' },
    );
}

function engineOf(harness: SnapshotStoreHarness, run: CaseRun): Engine {
  return { harness, fold: new SnapshotStoreContext(harness, run), exchange: new FoldExchange(harness, run) };
}
