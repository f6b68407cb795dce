import type { LedgerLine } from './ledger.js';

/** What a node answered to a lookup. */
export interface ReadAnswer {
  /** Its applied revision, taken before the read; 0: none. */
  readonly applied: number;
  /** The version of what it returned; `undefined`: no entry. */
  readonly revision: number | undefined;
}

/** What is to be known of a lookup besides its answer. */
export interface ReadQuestion {
  /** The last write before the lookup was sent. */
  readonly before: LedgerLine | undefined;
  /** The last write after it was answered; differs from `before` when the key was written meanwhile. */
  readonly after: LedgerLine | undefined;
  /** Whether the bucket may drop live entries by itself. */
  readonly evicts: boolean;
}

/** Says what is wrong with an answer: a fold at a cursor has every acknowledged write up to there. */
export function judgeRead(answer: ReadAnswer, { before, after, evicts }: ReadQuestion): string | undefined {
  if (before === undefined || before !== after || before.revision > answer.applied) return undefined;
  const due = `revision ${before.revision} (${before.value === undefined ? 'a delete' : 'a value'}) was applied`;
  if (answer.revision === undefined) {
    return before.value === undefined || evicts ? undefined : `${due}, and nothing was returned`;
  }
  if (answer.revision < before.revision) return `${due}, and revision ${answer.revision} was returned`;
  return undefined;
}
