/** What the oracle knows of the last write to a key. */
export interface LedgerLine {
  readonly revision: number;
  /** `undefined`: deleted. */
  readonly value: string | undefined;
}

/** What was written to a bucket and acknowledged, so that reads can be judged. */
export class Ledger {
  readonly #lines = new Map<string, LedgerLine>();
  readonly #uncertain = new Set<string>();
  #acknowledged = 0;

  /** Writes that the bucket acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** The last acknowledged write of `key`; `undefined` when there is none, or when it may not be the last. */
  certain(key: string): LedgerLine | undefined {
    return this.#uncertain.has(key) ? undefined : this.#lines.get(key);
  }

  /** The last acknowledged write of `key`, though a later one may have been made. */
  lastKnown(key: string): LedgerLine | undefined {
    return this.#lines.get(key);
  }

  /** Whether a write of `key` got no answer. */
  isUncertain(key: string): boolean {
    return this.#uncertain.has(key);
  }

  /** Keys whose last write is known to be a delete. */
  deletedKeys(): string[] {
    return [...this.#lines].flatMap(([key, { value }]) =>
      value === undefined && !this.#uncertain.has(key) ? [key] : [],
    );
  }

  /** A write was sent: until it is acknowledged, nothing is known of the key. */
  begin(key: string): void {
    this.#uncertain.add(key);
  }

  acknowledge(key: string, line: LedgerLine): void {
    this.#acknowledged += 1;
    this.#lines.set(key, line);
    this.#uncertain.delete(key);
  }

  /**
   * Takes the bucket's word, as of revision `head`, for the keys whose write got no answer, with no write under way.
   * A key that is absent then is on record as deleted: what a crash brings back later is older than that.
   */
  settle(
    table: ReadonlyMap<string, { readonly revision: number; readonly value: string }>,
    head: number,
  ): void {
    for (const key of this.#uncertain) {
      this.#lines.set(key, table.get(key) ?? { revision: head, value: undefined });
    }
    this.#uncertain.clear();
  }

  /** Takes the bucket's word for a key that a crash of the server brought back. */
  revive(key: string, row: { readonly revision: number; readonly value: string }): void {
    this.#lines.set(key, row);
  }

  /** Acknowledged values that the bucket itself no longer has; meaningful where nothing is evicted. */
  lostBy(table: ReadonlyMap<string, { readonly revision: number }>): string[] {
    return [...this.#lines].flatMap(([key, { revision, value }]) => {
      const isLost =
        value !== undefined && !this.#uncertain.has(key) && (table.get(key)?.revision ?? 0) < revision;
      return isLost
        ? [
            `${key}: acknowledged at revision ${revision}, in the bucket ${table.get(key)?.revision ?? 'nothing'}`,
          ]
        : [];
    });
  }
}
