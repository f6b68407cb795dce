/** The extent of a source's log. */
export interface KvStatus {
  /** The lowest revision still retained; one past `lastRevision` when nothing is. */
  readonly firstRevision: bigint;
  /** The highest revision ever given out; 0 before the first write. */
  readonly lastRevision: bigint;
  /** Identity of this incarnation of the log. */
  readonly epoch: string;
  /** Retained messages, markers and history included. */
  readonly messages: number;
  /** Distinct keys with at least one retained message, markers included. */
  readonly keys: number;
  /** The source's clock, in milliseconds since 1970. */
  readonly at: number;
  /** Size of what is retained, in bytes, as the source counts it. */
  readonly bytes: number;
  readonly limits: KvLimits;
}

/** Where a source's log ends; `undefined`: not limited. */
export interface KvLimits {
  /** Versions kept per key. */
  readonly history: number;
  readonly maxBytes: number | undefined;
  readonly maxAgeMs: number | undefined;
  readonly maxValueBytes: number | undefined;
  /** What happens at `maxBytes`: the oldest entry goes (`old`), or the write is refused (`new`). */
  readonly discard: 'old' | 'new';
  /** How long delete markers that the source writes by itself stay. */
  readonly markerTtlMs: number | undefined;
  /**
   * The shortest time that any delete marker is guaranteed to stay: a log that allows entries to
   * expire by themselves lets writers choose it. `undefined`: for as long as the other limits allow.
   */
  readonly shortestMarkerTtlMs: number | undefined;
}
