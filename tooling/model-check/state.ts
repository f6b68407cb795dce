/** The keys there are. */
export type Key = 'a' | 'b';

/** What the log retains of a key: its last write, for a history of one. */
export interface Message {
  readonly revision: number;
  readonly key: Key;
  /** False: a delete marker. */
  readonly live: boolean;
  /** When it was written, in ticks. */
  readonly at: number;
  /** Tells writes apart that were given the same revision, in another epoch or after the log lost its end. */
  readonly write: number;
}

export interface Log {
  readonly epoch: number;
  readonly last: number;
  /** In revision order. */
  readonly messages: readonly Message[];
}

export interface Cursor {
  readonly epoch: string;
  readonly revision: number;
  /** The source's clock, in ticks. */
  readonly at: number;
}

/** What survives a crash of the node. */
export interface Fold {
  readonly entries: readonly Entry[];
  readonly cursor: Cursor | null;
}

/** A live key of the fold. */
interface Entry {
  readonly key: Key;
  readonly revision: number;
  readonly write: number;
}

/** An update on its way into the fold; a synthetic delete has no write. */
export interface Update {
  readonly key: Key;
  readonly revision: number;
  readonly live: boolean;
  readonly write: number | null;
}

/** A decision of the production code. */
interface Plan {
  readonly start: 'at-cursor' | 'after-gap' | 'state';
  readonly reconcile: string | null;
}

/** What a crash of the node takes. */
export interface Node {
  /** The source has refused the cursor. */
  readonly refused: boolean;
  /** When it was last known to have received everything. */
  readonly idleUntil: number | null;
  readonly plan: Plan | null;
  readonly session: Session | null;
  /** A tick has passed since the plan was made, or since the connection was cut: more go not unnoticed. */
  readonly aged: boolean;
  /** When it was suspended, since the plan was made or while it waited. */
  readonly suspendedAt: number | null;
  /** Keys that the listing left out; `null`: not listed. */
  readonly candidates: readonly Key[] | null;
}

/** A watch of the source, and what it delivered. */
export interface Session {
  readonly epoch: number;
  /** Everything up to here was delivered. */
  readonly position: number;
  /** The connection is dead. */
  readonly cut: boolean;
  /** The source dropped something before it was delivered, and will report it. */
  readonly overrun: boolean;
  /** A marker left the log before it was delivered, and the source will report that with its next delivery. */
  readonly gap: boolean;
  /** The source has reported that deletes may be missing: with what was received, or with what waits for a listing. */
  readonly doubt: 'none' | 'received' | 'waiting';
  /** The fold is compared a second time, in the middle of the session. */
  readonly comparing: boolean;
  readonly reconciled: boolean;
  readonly inbox: readonly Update[];
  /** Where the fold stands after the inbox. */
  readonly cursor: Cursor | null;
  /** The caller's apply has returned for the inbox. */
  readonly applied: boolean;
  /** Synthetic deletes that a mutant holds back. */
  readonly late: readonly Update[];
  /** The last chunk had all that there was. */
  readonly caughtUp: boolean;
  /** Ticks since the watch waits, with all that there was dealt with; 2 stands for any more. */
  readonly waited: number;
}

/** What may still happen; without bounds the exploration would not end. */
export interface Budget {
  readonly writes: number;
  readonly ticks: number;
  readonly evictions: number;
  readonly recreations: number;
  readonly tailLosses: number;
  readonly suspensions: number;
}

export interface State {
  readonly now: number;
  readonly left: Budget;
  readonly writes: number;
  readonly log: Log;
  /** The log has lost its end, and the node has not noticed. */
  readonly lossUnnoticed: boolean;
  /** Of each key its last write, if that was a put, whether or not the log still has it. */
  readonly truth: Readonly<Record<Key, number | null>>;
  readonly fold: Fold;
  /** Writes that apply has returned for. */
  readonly seen: readonly number[];
  readonly node: Node | null;
}

const FILLED: Fold = {
  entries: [
    { key: 'a', revision: 1, write: 1 },
    { key: 'b', revision: 2, write: 2 },
  ],
  cursor: { epoch: '1', revision: 2, at: 0 },
};

/** What a node begins with. */
export type Beginning = 'with a fold' | 'with nothing';

/** A log of two keys and a fold that has them, or nothing, on a node that is down. */
export function initialState(left: Budget, beginning: Beginning): State {
  const put = (key: Key, revision: number): Message => ({
    revision,
    key,
    live: true,
    at: 0,
    write: revision,
  });
  return {
    now: 0,
    left,
    writes: 2,
    lossUnnoticed: false,
    log: { epoch: 1, last: 2, messages: [put('a', 1), put('b', 2)] },
    truth: { a: 1, b: 2 },
    fold: beginning === 'with a fold' ? FILLED : { entries: [], cursor: null },
    seen: beginning === 'with a fold' ? [1, 2] : [],
    node: null,
  };
}

export function firstRevision({ messages, last }: Log): number {
  return messages[0]?.revision ?? last + 1;
}

/** What a session has yet to deliver. */
export function pendingOf({ log }: State, session: Session): readonly Message[] {
  if (session.epoch !== log.epoch) return [];
  return log.messages.filter(({ revision }) => revision > session.position);
}
