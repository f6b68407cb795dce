/**
 * Something that is open until it is closed. `close` is idempotent and concurrent callers share the work: it
 * stops new work, ends what is in flight, closes what the resource owns, and then itself. Afterwards every
 * operation rejects with `CLOSED`. Disposing is closing.
 */
export interface Resource extends AsyncDisposable {
  close(): Promise<void>;
}
