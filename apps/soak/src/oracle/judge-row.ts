import { describeRow, type Row } from './compare-tables.js';
import { hasExpired, type LedgerLine } from './ledger.js';

/** What a fold holds of a key, and what is known of that. */
export interface RowQuestion {
  /** The last write to the key, which the fold has applied. */
  readonly line: LedgerLine;
  /** `undefined`: no entry. */
  readonly held: Row | undefined;
  /** When it was seen, in milliseconds since 1970. */
  readonly seenAt: number;
  /** The lowest revision that the bucket has, when it evicts; 0: it does not. */
  readonly evictedBelow: number;
  /** Whether a killed server may have brought this revision of the key back. */
  readonly isRevivable: (revision: number) => boolean;
}

/** `revived`: it is only right because the server was killed. */
export type RowVerdict =
  | { readonly kind: 'right' }
  | { readonly kind: 'revived' }
  | { readonly kind: 'wrong'; readonly reason: string };

const RIGHT: RowVerdict = { kind: 'right' };

/** A fold that has applied the last write to a key holds exactly that. */
export function judgeRow({ line, held, seenAt, evictedBelow, isRevivable }: RowQuestion): RowVerdict {
  if (held === undefined) {
    const mayBeGone = line.value === undefined || hasExpired(line, seenAt) || line.revision < evictedBelow;
    return mayBeGone ? RIGHT : { kind: 'wrong', reason: `${due(line)} was applied, and nothing is there` };
  }
  if (held.revision === line.revision && held.value === line.value) return RIGHT;
  if (isRevivable(held.revision)) return { kind: 'revived' };
  return { kind: 'wrong', reason: `${due(line)} was applied, and ${describeRow(held)} is there` };
}

function due({ revision, value }: LedgerLine): string {
  if (revision === 0) return 'no write';
  return value === undefined ? `a delete at revision ${revision}` : describeRow({ revision, value });
}
