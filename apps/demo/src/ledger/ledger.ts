/** One change that the bucket has acknowledged. */
export interface LedgerRecord {
  readonly key: string;
  /** The revision that the bucket gave it. */
  readonly revision: number;
  /** `undefined`: a delete. */
  readonly value: string | undefined;
  /** When it was sent to the bucket, by `performance.now()`. */
  readonly sentAtMs: number;
}

/**
 * Everything that was written to the bucket, as the writers know it: the demo's independent account, by
 * which the nodes are judged. Complete whenever no write is under way.
 */
export class Ledger {
  /** By key, in the order of the revisions. */
  readonly #records = new Map<string, LedgerRecord[]>();
  #head = 0;
  #size = 0;

  /** The highest revision. */
  get head(): number {
    return this.#head;
  }

  /** How many changes there are. */
  get size(): number {
    return this.#size;
  }

  add(record: LedgerRecord): void {
    const records = this.#records.get(record.key);
    // Acknowledgements of one key may overtake each other; revisions say what came first.
    const place = records?.findLastIndex(({ revision }) => revision < record.revision) ?? -1;
    if (records === undefined) this.#records.set(record.key, [record]);
    else records.splice(place + 1, 0, record);
    this.#head = Math.max(this.#head, record.revision);
    this.#size += 1;
  }

  /** All changes of a key, in order. */
  of(key: string): readonly LedgerRecord[] {
    return this.#records.get(key) ?? [];
  }

  /**
   * What a bucket that keeps one change per key still has after `revision`: the last change of each key, in
   * the order of the revisions. It is what a watch that resumes there has to deliver, no more and no less;
   * after 0, what a full replay delivers.
   */
  after(revision: number): LedgerRecord[] {
    const last: LedgerRecord[] = [];
    for (const records of this.#records.values()) {
      const record = records.at(-1);
      if (record !== undefined && record.revision > revision) last.push(record);
    }
    return last.sort((a, b) => a.revision - b.revision);
  }

  /** The live entries as of `revision`. */
  tableAt(revision: number): LedgerRecord[] {
    const table: LedgerRecord[] = [];
    for (const records of this.#records.values()) {
      const record = records.findLast((each) => each.revision <= revision);
      if (record?.value !== undefined) table.push(record);
    }
    return table;
  }
}
