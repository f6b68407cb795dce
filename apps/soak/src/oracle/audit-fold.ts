import { describeRow, type Row, type Table } from './compare-tables.js';
import { judgeRow } from './judge-row.js';
import type { Ledger } from './ledger.js';

/** A fold at rest, and what it has to be compared with. */
export interface FoldQuestion {
  readonly table: Table;
  /** The fold's cursor. */
  readonly revision: number;
  /** Of the incarnation that the cursor is of. */
  readonly ledger: Ledger;
  /** What the fold follows. */
  readonly prefix: string;
  /** When it was looked at, in milliseconds since 1970. */
  readonly seenAt: number;
  /** The lowest revision that the bucket has, when it evicts; 0: it does not. */
  readonly evictedBelow: number;
  /** Whether a former incarnation had this row, which a fold keeps until it is replaced. */
  readonly isOfFormer: (key: string, row: Row) => boolean;
}

/** A key of which a fold has not what it should. */
interface WrongKey {
  readonly key: string;
  readonly reason: string;
}

/** What is wrong with a fold, key by key, and what is only right because the server was killed. */
export interface FoldFindings {
  readonly wrong: readonly WrongKey[];
  readonly revived: number;
  /** Entries past the cursor, which a watch holds back while deletes before them may be missing. */
  readonly ahead: number;
}

/**
 * Compares a fold with what was written up to its cursor. A key whose last write lies there has to be as that left
 * it. One that was written later may be older than its last write up to the cursor, as the bucket keeps one write
 * per key and delivers the later one alone, or already be as a later write left it: while a watch does not know
 * whether deletes are missing, it applies what comes, and its cursor stays. But every entry in it was written once.
 */
export function auditFold(question: FoldQuestion): FoldFindings {
  const { table, revision, ledger, prefix } = question;
  const keys = new Set([...ledger.keys(), ...table.keys()]);
  const wrong: WrongKey[] = [];
  let revived = 0;
  let ahead = 0;
  for (const key of [...keys].sort()) {
    const held = table.get(key);
    if (!key.startsWith(prefix)) {
      if (held !== undefined) wrong.push({ key, reason: 'is out of scope' });
      continue;
    }
    const isRevivable = (of: number): boolean => ledger.isRevivable(key, of);
    const line = ledger.certain(key);
    if (line !== undefined && line.revision <= revision) {
      const verdict = judgeRow({ ...question, line, held, isRevivable });
      if (verdict.kind === 'wrong') wrong.push({ key, reason: verdict.reason });
      if (verdict.kind === 'revived') revived += 1;
    } else if (held !== undefined && isWritten(key, held, question)) {
      if (held.revision > revision) ahead += 1;
    } else if (held !== undefined) {
      if (isRevivable(held.revision)) revived += 1;
      else wrong.push({ key, reason: `never written: ${describeRow(held)}` });
    }
  }
  return { wrong, revived, ahead };
}

function isWritten(key: string, held: Row, { ledger, isOfFormer }: FoldQuestion): boolean {
  return ledger.hasWritten(key, held) || isOfFormer(key, held);
}
