/** What a fold can do. Fixed for the engine; the conformance kit runs exactly the cases these declare. */
export interface SnapshotCapabilities {
  /** Entries and cursor survive the process. */
  readonly durable: boolean;
  /** `sync` is present. */
  readonly synchronousReads: boolean;
  /** `sync.range` is present. */
  readonly synchronousRanges: boolean;
  /** `checkpoint` is present. */
  readonly checkpoint: boolean;
  /** Flipped bits are detected when they are read, at the latest. */
  readonly checksums: boolean;
}
