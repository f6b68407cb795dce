/** What a full disk does to a member. */
export interface DiskFault {
  /** Commits that the fold refused. */
  refusals: number;
  /** Commits that the fold refused or made. */
  outcomes: number;
  /** Whether the replica ended of it, as it may. */
  gaveUp: boolean;
  /** Whether the last commit was refused. */
  isRefusing: boolean;
}
