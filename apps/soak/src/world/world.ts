import type { Mutex } from '@slipstream/core';
import type { NatsCluster, NatsServer } from '@slipstream/test-kit/nats';
import type { FaultHistory } from '../faults/fault-history.js';
import type { Fleet } from '../fleet/fleet.js';
import type { SoakBucket } from './soak-bucket.js';
import type { StreamAdmin } from './stream-admin.js';
import type { Tally } from './tally.js';

/** What a run plays with. Disposing ends all processes and removes all data. */
export interface World extends AsyncDisposable {
  /** One, or those of a cluster. */
  readonly servers: readonly NatsServer[];
  readonly cluster: NatsCluster | undefined;
  /** What is done to servers is done one after the other. */
  readonly outages: Mutex;
  readonly buckets: readonly SoakBucket[];
  readonly admin: StreamAdmin;
  readonly fleet: Fleet;
  readonly tally: Tally;
  readonly history: FaultHistory;
  /** For folds and artifacts. */
  readonly directory: string;
  /** Fires when a node breaks a promise unasked, with the violation as its reason. */
  readonly violated: AbortSignal;
}
