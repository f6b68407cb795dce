import type { LookupTally } from '../ledger/lookup-audit.js';
import type { TableDigest } from '../ledger/table-digest.js';
import type { NodeHealth } from '../node/node-health.js';

/** What the bucket had to deliver to a process, by the ledger. */
interface DueDelivery {
  readonly updates: number;
  /** The first of them; absent: none is due. */
  readonly firstRevision: number | undefined;
}

/** What was counted around a process that started with a fold that was behind the bucket. */
export interface DeltaEvidence {
  /** What the process says of itself, having caught up and before anything else was written. */
  readonly health: NodeHealth;
  /** Routes that were live at the revision which its fold held. */
  readonly dueEntries: number;
  /** What lies after the revision which its fold held. */
  readonly due: DueDelivery;
  /** What the bucket itself has delivered to the process; absent: it does not count that. */
  readonly countedByBucket: number | undefined;
  /** What a replay of the whole bucket would have delivered. */
  readonly replayUpdates: number;
}

/** What was counted around the node that was killed and restarted. */
export interface RestartEvidence extends DeltaEvidence {
  /** The last revision that the node had reported as applied, before it was killed. */
  readonly reportedRevision: number;
  /** The changes made while it was dead. */
  readonly changesWhileDead: number;
}

/** What was counted around the new node that began with another one's artifact. */
export interface BootstrapEvidence extends DeltaEvidence {
  /** The node that exported, amid the churn. */
  readonly exporter: Pick<NodeHealth, 'name' | 'engine'>;
  /** The artifact: the revision that it was exported at, and what the demo itself reads in it. */
  readonly artifact: { readonly revision: number; readonly table: TableDigest };
  /** The table at that revision, by the ledger. */
  readonly dueTable: TableDigest;
  /** The changes made between the export and the new node's start. */
  readonly changesSince: number;
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
  readonly bootstrap: BootstrapEvidence;
  readonly outage: OutageEvidence;
  readonly tables: TableEvidence;
  /** The lookups of the whole run, stretch by stretch. */
  readonly lookups: readonly LookupTally[];
}
