import type { FoldMeta } from './keyspace/fold-meta.js';
import type { ResolvedLmdbConfig } from './lmdb-config.js';
import type { LmdbEngine } from './lmdb-engine.js';

/** A fold while it is open. */
export interface LmdbFold {
  /** The database's file. */
  readonly file: string;
  readonly config: ResolvedLmdbConfig;
  readonly meta: FoldMeta;
  readonly writer: LmdbEngine;
  /**
   * The handle for reads, of the same database: through the writer's, reads would see a long commit while it is being
   * written. In a database of the caller's it is the writer.
   */
  readonly reader: LmdbEngine;
  /** Releases everything that opening took. */
  close(): Promise<void>;
}
