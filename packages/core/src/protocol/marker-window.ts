/**
 * The age that the standard maintenance of a NATS bucket (`purgeDeletes` of its clients) spares: delete
 * markers younger than this are kept unless the caller asks otherwise.
 */
export const PURGE_DELETES_AGE_MS: number = 30 * 60 * 1000;

/** What {@link markersMayHaveExpired} weighs. */
export interface MarkerWindowInput {
  /** Time by the source's clock since the cursor; `undefined`: unknown, treated as unbounded. */
  readonly gapMs: number | undefined;
  /** How long a delete marker is guaranteed to stay in this log; `undefined`: indefinitely. */
  readonly shortestMarkerTtlMs: number | undefined;
  /** Distinct keys in the whole log, whatever the scope. */
  readonly logKeys: number;
  /** Live keys in the fold; `undefined`: there is no fold. */
  readonly foldKeys: number | undefined;
}

/**
 * Whether delete markers after the cursor may be gone although the log's floor has not passed it: a resume would then
 * leave the keys they deleted in the fold forever.
 *
 * They may be when markers expire sooner than the gap is long, when the gap outlasts what maintenance spares,
 * and certainly when the fold holds more keys than the log knows.
 */
export function markersMayHaveExpired(input: MarkerWindowInput): boolean {
  const { gapMs = Number.POSITIVE_INFINITY, shortestMarkerTtlMs, logKeys, foldKeys } = input;
  if (shortestMarkerTtlMs !== undefined && gapMs >= shortestMarkerTtlMs) return true;
  if (gapMs >= PURGE_DELETES_AGE_MS) return true;
  return foldKeys !== undefined && foldKeys > logKeys;
}
