import type { WatchOptions } from '@slipstream/core';
import type { NatsKvStore } from '../../src/index.js';
import { durableFolds } from './durable-folds.js';
import { contentOf, Follower } from './follower.js';

/** A node for each fold that outlives its process. All of them follow the same bucket: a fault meets each. */
export class Fleet implements AsyncDisposable {
  readonly nodes: readonly Follower[];

  private constructor(nodes: readonly Follower[]) {
    this.nodes = nodes;
  }

  static async open(): Promise<Fleet> {
    return new Fleet(await Promise.all(durableFolds.map((fold) => Follower.open(fold))));
  }

  /** Every node follows `source`, counting from zero, and is live. */
  async start(source: NatsKvStore, options?: Partial<WatchOptions>): Promise<void> {
    await this.each((node) => node.start(source, options));
  }

  /** Every node stops, and its fold is closed. */
  async stop(): Promise<void> {
    await this.each((node) => node.stop());
  }

  /** Runs `step` for all nodes at once. */
  async each(step: (node: Follower) => unknown): Promise<void> {
    await Promise.all(this.nodes.map(async (node) => step(node)));
  }

  /** Every fold, opened from disk, has the end of the log for its cursor, and holds what the bucket has. */
  async expectEndsEqual(bucket: NatsKvStore, prefixes?: readonly string[]): Promise<void> {
    const content = await contentOf(bucket, prefixes);
    await this.each((node) => node.expectEndsEqual(content));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.each((node) => node[Symbol.asyncDispose]());
  }
}
