import type { FoldDirectory } from '@slipstream/artifact/fold-directory';
import type { Connector } from './database/connector.js';
import type { FoldRow } from './database/fold-database.js';
import type { SqliteEngine } from './sqlite-engine.js';

/** A fold while it is open: its directory, which it has to itself, and its database. */
export interface SqliteFold {
  readonly directory: FoldDirectory;
  readonly connector: Connector;
  readonly writer: SqliteEngine;
  /** For single entries. */
  readonly reader: SqliteEngine;
  /** As it was opened. */
  readonly row: FoldRow;
}

/** Releases everything that opening took, except what is the caller's. */
export function closeFold({ connector, writer, reader, directory }: SqliteFold): void {
  try {
    reader.close();
    // The last connection checkpoints what is left of the log, and removes it.
    connector.closeWriter(writer);
  } finally {
    directory.release();
  }
}
