import type { Row, Table } from './compare-tables.js';

/** A change of a key, as a writer sends it. */
export interface Write {
  /** `undefined`: a delete. */
  readonly value: string | undefined;
  /** When it was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  /** The value, or the marker of a delete, expires this long after; absent: never. */
  readonly ttlMs?: number | undefined;
  /** The atomic batch that it is part of. */
  readonly batch?: string | undefined;
}

/** A write that the bucket acknowledged. */
export interface LedgerLine extends Write {
  readonly revision: number;
}

/** A write of a key, with its revision once the bucket has acknowledged it. */
export interface Attempt {
  readonly key: string;
  readonly write: Write;
  line: LedgerLine | undefined;
}

const NEVER_WRITTEN: LedgerLine = Object.freeze({ revision: 0, value: undefined, sentAt: 0 });

/**
 * What was written to one incarnation of a bucket, in the order of sending. One writer at a time changes a key, so
 * that its attempts are in the order of the log.
 */
export class Ledger {
  readonly #attempts = new Map<string, Attempt[]>();
  /** Keys whose last record the log may drop, or has dropped, without leaving another. */
  readonly #perishable = new Set<string>();
  /** Those that were so when the server was killed. */
  readonly #revivable = new Set<string>();
  #acknowledged = 0;

  /** Writes that the bucket acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** The last write of `key`, revision 0 when there is none; `undefined` when it may not be the last. */
  certain(key: string): LedgerLine | undefined {
    const last = this.attempts(key).at(-1);
    return last === undefined ? NEVER_WRITTEN : last.line;
  }

  /** The last acknowledged write of `key`, though a later one may have been made. */
  lastKnown(key: string): LedgerLine {
    return this.attempts(key).findLast(({ line }) => line !== undefined)?.line ?? NEVER_WRITTEN;
  }

  /** What was sent for `key`, oldest first, since the checkpoint before the last. */
  attempts(key: string): readonly Attempt[] {
    return this.#attempts.get(key) ?? [];
  }

  /** Every key that anything was sent for. */
  keys(): Iterable<string> {
    return this.#attempts.keys();
  }

  /** What is known of a key, for the message of a violation. */
  describe(key: string): string[] {
    const marks = [
      ...(this.#perishable.has(key) ? ['its last record may go without another'] : []),
      ...(this.#revivable.has(key) ? ['the server was killed since'] : []),
    ];
    const attempts = this.attempts(key).map(({ write: { value, ttlMs, sentAt }, line }) => {
      const revision = line === undefined ? 'no answer' : `revision ${line.revision}`;
      const expiry = ttlMs === undefined ? '' : `, for ${ttlMs} ms`;
      return `sent at ${new Date(sentAt).toISOString()}: ${value?.slice(0, 40) ?? 'a delete'}${expiry}; ${revision}`;
    });
    return [...attempts, ...marks].map((line) => `${key}: ${line}`);
  }

  /** Whether some attempt wrote this. */
  hasWritten(key: string, { revision, value }: Row): boolean {
    return this.attempts(key).some(
      ({ write, line }) => write.value === value && (line === undefined || line.revision === revision),
    );
  }

  /** Keys whose last write is known to be a delete, with its revision. Those that may be back are left out. */
  deleted(): [key: string, revision: number][] {
    return [...this.#attempts.keys()].flatMap((key): [string, number][] => {
      const line = this.certain(key);
      return line === undefined || line.value !== undefined || this.#revivable.has(key)
        ? []
        : [[key, line.revision]];
    });
  }

  /** A write is being sent: until it is acknowledged, nothing is known of the key. */
  begin(key: string, write: Write): Attempt {
    const attempt: Attempt = { key, write, line: undefined };
    const attempts = this.#attempts.get(key);
    if (attempts === undefined) this.#attempts.set(key, [attempt]);
    else attempts.push(attempt);
    if (write.ttlMs !== undefined) this.#perishable.add(key);
    return attempt;
  }

  acknowledge(attempt: Attempt, revision: number): void {
    const { key, write } = attempt;
    this.#acknowledged += 1;
    attempt.line = { ...write, revision };
    if (write.ttlMs !== undefined) return;
    this.#perishable.delete(key);
    this.#revivable.delete(key);
  }

  /** The last record of `key` is about to be taken out of the log. */
  forget(key: string): void {
    this.#perishable.add(key);
  }

  /** The server is being killed: what it removed without a record is back when it recovers, or not. */
  serverKilled(): void {
    for (const key of this.#perishable) this.#revivable.add(key);
  }

  /**
   * Whether a killed server may have brought this entry of `key` back: the key's last record had been removed or
   * was to expire, the server was killed since, and the entry is older than that record.
   */
  isRevivable(key: string, revision: number): boolean {
    if (!this.#revivable.has(key)) return false;
    const known = this.lastKnown(key).revision;
    return revision < known || (revision === known && this.certain(key) === undefined);
  }

  /** Whether the server was killed while the last record of `key` was to go, or was gone. */
  mayBeUndone(key: string): boolean {
    return this.#revivable.has(key);
  }

  /** Keys whose last record may go, or is gone, without another. */
  perishable(): readonly string[] {
    return [...this.#perishable];
  }

  /**
   * Takes the bucket's word, as of revision `head`, for keys whose last write got no answer, with no write under
   * way; drops what no fold can still be waiting for.
   */
  settle(table: Table, head: number): void {
    for (const [key, attempts] of this.#attempts) {
      const last = attempts.at(-1);
      if (last === undefined) continue;
      const line = last.line ?? outcome(attempts, table.get(key), head);
      this.#attempts.set(key, [{ key, write: line, line }]);
    }
  }

  /** Acknowledged values that the bucket should have at `now`, and has not. */
  lostBy(table: Table, now: number): string[] {
    return [...this.#attempts.keys()].flatMap((key) => {
      const line = this.certain(key);
      if (line?.value === undefined || hasExpired(line, now)) return [];
      const row = table.get(key);
      if (row?.revision === line.revision && row.value === line.value) return [];
      return [
        `${key}: acknowledged at revision ${line.revision}, in the bucket ${row?.revision ?? 'nothing'}`,
      ];
    });
  }
}

/** Whether a write's time was over at `now`. The bucket counts from its arrival, which is later. */
export function hasExpired({ sentAt, ttlMs }: Write, now: number): boolean {
  return ttlMs !== undefined && now >= sentAt + ttlMs;
}

/** What became of attempts of which the last got no answer, by what the bucket has. */
function outcome(attempts: readonly Attempt[], row: Row | undefined, head: number): LedgerLine {
  if (row === undefined) return { revision: head, value: undefined, sentAt: 0 };
  const written = attempts.findLast(({ write }) => write.value === row.value)?.write;
  return { sentAt: 0, ...written, ...row };
}
