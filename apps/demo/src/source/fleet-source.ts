import type { KvStore, Resource } from '@slipstream/core';

/** How a node reaches the bucket. Crosses the boundary between processes. */
export type SourceAddress =
  | { readonly kind: 'nats'; readonly url: string; readonly bucket: string }
  | { readonly kind: 'embedded'; readonly url: string; readonly bucket: string };

/** The bucket that the fleet follows, and what keeps it. */
export interface FleetSource extends Resource {
  /** What it is, for the reader of the run. */
  readonly title: string;
  /** What a run on it does not show; `undefined`: nothing is missing. */
  readonly caveat: string | undefined;
  /** The demo's own way to the bucket. */
  readonly store: KvStore;
  /** The nodes' way to it. */
  readonly address: SourceAddress;
  /** How an outage is made, and ended, for the reader of the run. */
  readonly outage: { readonly begins: string; readonly ends: string };
  /**
   * What the source itself has delivered to the watch that resumed after `revision`, where it counts that:
   * a second witness, beside the node.
   */
  countDelivered?(revision: number): Promise<number>;
  /** Begins an outage: resolves when no node can reach the bucket. */
  cutOff(): Promise<void>;
  /** Ends the outage: resolves when `store` answers again. What was written is still there. */
  restore(): Promise<void>;
}
