/** What a run counts. */
export class Tally {
  /** Updates that the nodes applied. */
  delivered = 0;
  reads = 0;
  /** Reads that could be judged: the last write before them was known. */
  judgedReads = 0;
  checkpoints = 0;
  /** Comparisons of a whole fold with its bucket. */
  comparisons = 0;
  /** Entries that were compared. */
  compared = 0;
  /** Writes whose acknowledgement never came. */
  unanswered = 0;
  /** Entries that the killed server brought back. */
  revived = 0;
  /** Reads that returned such an entry, as the bucket itself did. */
  revivedReads = 0;
  /** Folds that were mended of that by `verifyFold`. */
  scrubs = 0;
  readonly faults: Map<string, number> = new Map();
  /** Folds compared with their source at an attachment, by reason. */
  readonly repairs: Map<string, number> = new Map();
  /** Keys that such comparisons took out. */
  vanished = 0;

  countFault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  countRepair(reason: string, vanished: number): void {
    this.repairs.set(reason, (this.repairs.get(reason) ?? 0) + 1);
    this.vanished += vanished;
  }
}
