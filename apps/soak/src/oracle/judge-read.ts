import { WatchCursor } from '@slipstream/core';
import { describeRow, type Row } from './compare-tables.js';
import { judgeRow, type RowVerdict } from './judge-row.js';
import type { Ledger, LedgerLine } from './ledger.js';

/** What a node answered to a lookup. */
export interface ReadAnswer {
  /** Its cursor, taken before the read. */
  readonly applied: string;
  /** What it returned; `undefined`: no entry. */
  readonly row: Row | undefined;
}

/** What is to be known of a lookup besides its answer. */
export interface ReadQuestion {
  readonly key: string;
  /** The incarnation of the bucket at the time. */
  readonly epoch: string;
  readonly ledger: Ledger;
  /** The last write before the lookup was sent, if it was certain. */
  readonly before: LedgerLine | undefined;
  /** When the answer was there, in milliseconds since 1970. */
  readonly seenAt: number;
  /** As in a row's question. */
  readonly evictedBelow: number;
  /** Whether a former incarnation had this row, which a fold keeps until it is replaced. */
  readonly isOfFormer: (row: Row) => boolean;
}

/** `open`: undecided: the key was written meanwhile, or the node lags or is in another incarnation. */
export type ReadVerdict = RowVerdict | { readonly kind: 'open' };

const OPEN: ReadVerdict = { kind: 'open' };

/** Judges an answer: a fold at a cursor has the last write up to there, and nothing that was never written. */
export function judgeRead({ applied, row }: ReadAnswer, question: ReadQuestion): ReadVerdict {
  const { key, epoch, ledger, before, isOfFormer } = question;
  const cursor = WatchCursor.parse(applied);
  if (cursor.epoch !== epoch) return OPEN;
  const isRevivable = (revision: number): boolean => ledger.isRevivable(key, revision);
  const isCertain = before !== undefined && before === ledger.certain(key);
  if (isCertain && before.revision <= Number(cursor.revision)) {
    return judgeRow({ ...question, line: before, held: row, isRevivable });
  }
  if (row === undefined || ledger.hasWritten(key, row) || isOfFormer(row)) return OPEN;
  if (isRevivable(row.revision)) return { kind: 'revived' };
  return { kind: 'wrong', reason: `never written: ${describeRow(row)}` };
}
