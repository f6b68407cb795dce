import type { LookupTally } from '../ledger/lookup-audit.js';
import type { TableDigest } from '../ledger/table-digest.js';
import type { NodeHealth } from '../node/node-health.js';

/** What the bucket had to deliver to a process, by the ledger. */
interface DueDelivery {
  readonly updates: number;
  /** The first of them; absent: none is due. */
  readonly firstRevision: number | undefined;
}

/** What was counted around the node that was killed and restarted. */
export interface RestartEvidence {
  /** The last revision that the node had reported as applied, before it was killed. */
  readonly reportedRevision: number;
  /** The changes made while it was dead. */
  readonly changesWhileDead: number;
  /** What the restarted process says of itself, having caught up and before anything else was written. */
  readonly health: NodeHealth;
  /** Routes that were live at the revision which its fold held. */
  readonly dueEntries: number;
  /** What lies after the revision which its fold held. */
  readonly due: DueDelivery;
  /** What the bucket itself has delivered to the restarted process; absent: it does not count that. */
  readonly countedByBucket: number | undefined;
  /** What a replay of the whole bucket would have delivered. */
  readonly replayUpdates: number;
}

/** What was counted around the outage. */
export interface OutageEvidence {
  /** The bucket's last revision when it went away. */
  readonly head: number;
  /** Routes that were live then. */
  readonly dueEntries: number;
  readonly lookups: LookupTally;
  /** How the nodes were at the end of the outage. */
  readonly during: readonly NodeHealth[];
  /** How the node was that was killed and restarted in the outage, as soon as it served. */
  readonly restarted: NodeHealth;
  /** Changes made after the bucket's return. */
  readonly changesAfter: number;
  /** Updates that each node was delivered from the outage on. */
  readonly deliveredAfter: readonly { readonly name: string; readonly updates: number }[];
}

/** The tables at the end. */
export interface TableEvidence {
  readonly nodes: readonly { readonly name: string; readonly table: TableDigest }[];
  readonly bucket: TableDigest;
  /** The bucket as it should be by the ledger. */
  readonly ledger: TableDigest;
}

/** Everything a verdict is found by. */
export interface Evidence {
  readonly restart: RestartEvidence;
  readonly outage: OutageEvidence;
  readonly tables: TableEvidence;
  /** The lookups of the whole run, stretch by stretch. */
  readonly lookups: readonly LookupTally[];
}
