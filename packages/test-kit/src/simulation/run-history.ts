import { all, type WatchOptions } from '@slipstream/core';
import { ManualClock, openScratchFold, ScratchMedium, seededRandom } from '@slipstream/core/testing';
import { SimulatedNode, type SimulatedNodeParts } from './simulated-node.js';
import type { SimulatedBucket, SimulatedFoldMedium, SimulationDefinition } from './simulation-definition.js';
import { SimulationOracle } from './simulation-oracle.js';
import type { SimulationStep } from './simulation-step.js';
import { UnreliableSource } from './unreliable-source.js';

/** What maintenance spares, as documented of `markersMayHaveExpired`. */
const MARKER_AGE_MS = 30 * 60 * 1000;
// A converging node needs a few dozen; each goes to the next timer.
const CONVERGING_TURNS = 500;
/** Time that passes between two steps. */
const BETWEEN_STEPS_MS = [0, 0, 1, 15, 200] as const;

/**
 * Lets these steps happen to a node that follows a bucket, then lets it catch up.
 * @throws what does not hold: cursor authority at any commit, or convergence at the end
 */
export async function runHistory(
  definition: SimulationDefinition,
  seed: number,
  steps: readonly SimulationStep[],
): Promise<void> {
  const world = { clock: new ManualClock(), random: seededRandom(seed) };
  const bucket = await definition.createBucket(world);
  const source = new UnreliableSource(definition.viewOf?.(bucket.store) ?? bucket.store, world);
  const oracle = new SimulationOracle(bucket, definition.scope ?? all());
  await oracle.incarnated();
  const medium = definition.createFold?.(world) ?? scratchMedium();
  const subject = definition.createSubject?.() ?? {};
  const run = new HistoryRun({ definition, world, source, medium, subject, oracle }, bucket);
  try {
    await run.perform(steps);
    await run.converge();
  } finally {
    await run.close();
  }
}

function scratchMedium(): SimulatedFoldMedium {
  const medium = new ScratchMedium();
  return { open: () => openScratchFold(medium) };
}

class HistoryRun {
  readonly #parts: SimulatedNodeParts;
  readonly #bucket: SimulatedBucket;
  #node: SimulatedNode | undefined;
  #written = 0;
  /** Steps until the node, which is down, is started again. */
  #downFor = 0;
  /** Steps until the suspended node resumes. */
  #suspendedFor = 0;

  constructor(parts: SimulatedNodeParts, bucket: SimulatedBucket) {
    this.#parts = parts;
    this.#bucket = bucket;
  }

  get #running(): SimulatedNode {
    if (this.#node === undefined) throw new Error('the node was not started');
    return this.#node;
  }

  async perform(steps: readonly SimulationStep[]): Promise<void> {
    const { clock, random } = this.#parts.world;
    for (const step of steps) {
      if (this.#node === undefined && this.#downFor <= 0) await this.#start();
      this.#downFor -= 1;
      this.#suspendedFor -= 1;
      if (this.#suspendedFor <= 0) this.#node?.wake();
      await this.#perform(step, this.#node);
      await clock.advance(BETWEEN_STEPS_MS[Math.floor(random() * BETWEEN_STEPS_MS.length)] ?? 0);
      this.#node?.assertSound();
    }
    if (this.#node === undefined) await this.#start();
    this.#node?.wake();
  }

  /** Ends all faults; caught up, the fold holds what it has to, and compared, exactly what the bucket does. */
  async converge(): Promise<void> {
    const { source, oracle, subject } = this.#parts;
    source.heal();
    this.#running.fold.heal();
    await this.#catchUp();
    await oracle.checkConverged(this.#running.fold);
    await this.#running.stop();
    await this.#start({ verifyOnResume: 'always' });
    await this.#catchUp();
    await subject.verify?.(await oracle.checkEqual(this.#running.fold));
  }

  async close(): Promise<void> {
    await this.#node?.crash().catch(() => undefined);
    await this.#bucket.close();
  }

  async #perform(step: SimulationStep, node: SimulatedNode | undefined): Promise<void> {
    const { world, source, oracle } = this.#parts;
    switch (step.kind) {
      case 'put':
      case 'delete':
      case 'purge':
        return this.#write(step.kind, step.key);
      case 'pass-time':
        return world.clock.advance(step.ms);
      case 'cut-connection':
        return source.cut(step.noticedAfterMs);
      case 'fail-requests':
        return source.failNext(step.count);
      case 'evict':
        return this.#evict(step.share);
      case 'remove-markers':
        return this.#bucket.removeMarkers(MARKER_AGE_MS);
      case 'recreate-bucket':
        await this.#bucket.recreate();
        return oracle.incarnated();
      case 'fail-store':
        return node?.fold.failNext(step.count, undefined, step.at);
      case 'slow-apply':
        return node?.slowDown(step.ms);
      case 'suspend-node':
        this.#suspendedFor = step.forSteps;
        return node?.suspend();
      case 'crash-node':
      case 'stop-node':
        if (node === undefined) return;
        this.#node = undefined;
        this.#downFor = step.downForSteps;
        return step.kind === 'crash-node' ? node.crash() : node.stop();
    }
  }

  async #write(kind: 'put' | 'delete' | 'purge', key: string): Promise<void> {
    const { writer, purger } = this.#bucket.store;
    this.#written += 1;
    const version =
      kind === 'put'
        ? await writer.put(key, new TextEncoder().encode(`${this.#written}`))
        : await (kind === 'purge' && purger !== undefined ? purger.purge(key) : writer.delete(key));
    this.#parts.oracle.wrote(key, version, kind === 'put');
  }

  async #evict(share: number): Promise<void> {
    const { firstRevision, lastRevision } = await this.#bucket.store.status();
    const retained = Number(lastRevision + 1n - firstRevision);
    await this.#bucket.evictBefore(firstRevision + BigInt(Math.floor(retained * share)));
  }

  async #start(options: Partial<WatchOptions> = {}): Promise<void> {
    this.#node = await SimulatedNode.start(this.#parts, options);
  }

  async #catchUp(): Promise<void> {
    const { clock } = this.#parts.world;
    const { bookmarks } = this.#bucket.store.capabilities;
    const { lastRevision, epoch } = await this.#bucket.store.status();
    for (let turn = 0; turn < CONVERGING_TURNS; turn++) {
      await clock.advance(clock.nextTimerMs ?? 0);
      this.#running.assertSound();
      const { state, lag, cursor } = this.#running.watch;
      const isAtHead = !bookmarks || (cursor.revision === lastRevision && cursor.epoch === epoch);
      if (state.name === 'live' && lag === 0 && isAtHead) return;
    }
    throw new Error(
      `the node does not catch up with revision ${lastRevision}: ${this.#running.watch.state.name}`,
    );
  }
}
