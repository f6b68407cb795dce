/** How much of a log is live. */
export interface LogUsage {
  /** Bytes of the file. */
  readonly length: number;
  /** Bytes of the records that are live. */
  readonly liveBytes: number;
}

/** When a compaction is due. */
export interface CompactionThresholds {
  readonly garbageRatio: number;
  readonly minGarbageBytes: number;
}

/**
 * Whether a log should be rewritten. The ratio bounds both costs: the file stays below `1 + ratio` times what
 * is live, plus what is appended while it is rewritten, and every byte written is copied `1 / ratio` times.
 *
 * @param failedAtGarbage - The garbage at the last failed attempt: a disk that is full is not asked for room
 * after every commit.
 */
export function compactionDue(
  { length, liveBytes }: LogUsage,
  { garbageRatio, minGarbageBytes }: CompactionThresholds,
  failedAtGarbage = 0,
): boolean {
  const garbage = length - liveBytes;
  if (garbage < 2 * failedAtGarbage) return false;
  return garbage >= minGarbageBytes && garbage >= garbageRatio * liveBytes;
}
