import { type Clock, type Resource, sleep, systemClock } from '@slipstream/core';
import type { NodeHealth } from '../node/node-health.js';

/** How often the nodes are asked how they are, to be shown. */
const INTERVAL_MS = 150;
/** How long one look waits for the slowest; an answer that comes later is in the next. */
const PATIENCE_MS = 100;

/** A node that can be asked. */
export interface PicturedNode {
  readonly name: string;
  health(): Promise<NodeHealth>;
}

/** What a picture is of. */
export interface FleetPictureOptions {
  /** The nodes whose processes run. */
  readonly up: () => readonly PicturedNode[];
  /** The bucket's last revision, as the writers know it. */
  readonly head: () => number;
  readonly clock?: Clock | undefined;
}

/**
 * The fleet and the bucket as they were at one instant: all nodes are asked at once. Side by side with a head
 * of later on, a node that lags behind by nothing would seem to.
 */
export class FleetPicture implements Resource {
  readonly #options: FleetPictureOptions;
  readonly #clock: Clock;
  /** What each node said last; what is to be seen of that is from the last look. */
  readonly #answers = new Map<string, NodeHealth>();
  readonly #asked = new Set<PicturedNode>();
  readonly #closing = new AbortController();
  #looking: Promise<void> | undefined;
  #healths: ReadonlyMap<string, NodeHealth> = new Map();
  #head = 0;

  constructor(options: FleetPictureOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** The bucket's last revision. */
  get head(): number {
    return this.#head;
  }

  /** What a node last said about itself, which outlives its process. */
  healthOf(name: string): NodeHealth | undefined {
    return this.#healths.get(name);
  }

  /** Looks again and again, until it is closed. */
  start(): void {
    this.#looking ??= this.#keepLooking();
  }

  async look(): Promise<void> {
    const { up, head } = this.#options;
    const before = head();
    const asked = up()
      .filter((node) => !this.#asked.has(node))
      .map((node) => this.#ask(node));
    const patience = new AbortController();
    await Promise.race([
      Promise.all(asked),
      sleep(this.#clock, PATIENCE_MS, patience.signal).catch(() => undefined),
    ]);
    patience.abort();
    this.#healths = new Map(this.#answers);
    const revisions = [...this.#healths.values()].map(({ revision }) => revision);
    this.#head = Math.max(before, ...revisions);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#looking;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #ask(node: PicturedNode): Promise<void> {
    this.#asked.add(node);
    // One that dies while it is asked is shown as dead by the next look.
    const health = await node.health().catch(() => undefined);
    this.#asked.delete(node);
    if (health !== undefined) this.#answers.set(node.name, health);
  }

  async #keepLooking(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.look();
      await sleep(this.#clock, INTERVAL_MS, this.#closing.signal).catch(() => undefined);
    }
  }
}
