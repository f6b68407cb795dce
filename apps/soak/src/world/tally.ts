/** What a run counts. */
export class Tally {
  /** Updates that the nodes applied. */
  delivered = 0;
  checkpoints = 0;
  /** Writes whose acknowledgement never came. */
  unanswered = 0;
  /** Writes that were acknowledged, by kind. */
  readonly writes: Map<string, number> = new Map();
  readonly faults: Map<string, number> = new Map();
  /** What was compared with what is known, by kind. */
  readonly checks: Map<string, number> = new Map();
  /** What a killed server brought back of what it had removed, by how it showed. */
  readonly revivals: Map<string, number> = new Map();
  /** Folds compared with their source at an attachment, by reason. */
  readonly repairs: Map<string, number> = new Map();
  /** Keys that such comparisons took out. */
  vanished = 0;

  countWrite(kind: string): void {
    count(this.writes, kind, 1);
  }

  countFault(kind: string): void {
    count(this.faults, kind, 1);
  }

  countCheck(kind: string, times = 1): void {
    count(this.checks, kind, times);
  }

  countRevival(kind: string, times = 1): void {
    count(this.revivals, kind, times);
  }

  countRepair(reason: string, vanished: number): void {
    count(this.repairs, reason, 1);
    this.vanished += vanished;
  }
}

function count(kinds: Map<string, number>, kind: string, times: number): void {
  kinds.set(kind, (kinds.get(kind) ?? 0) + times);
}
