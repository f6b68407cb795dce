import { UNNOTICED_MS } from '@slipstream/core';
import type { Step } from './explore.ts';
import { applied, merged } from './fold-commit.ts';
import type { Protocol } from './protocol.ts';
import type { Session, State, Update } from './state.ts';
import { type Cursor, firstRevision, type Key, type Node, pendingOf } from './state.ts';
import { MARKER_TTL_TICKS } from './world-steps.ts';

/** A tick is what goes unnoticed. */
const TICK_MS = UNNOTICED_MS;
const MAX_INBOX = 2;
const NO_EPOCH = 'none';

const STARTED: Node = {
  refused: false,
  idleUntil: null,
  plan: null,
  session: null,
  aged: false,
  suspendedAt: null,
  candidates: null,
};

/** What the node does, one step at a time, and where it may die. */
export function* nodeSteps(state: State, protocol: Protocol): Iterable<Step<State>> {
  const { node } = state;
  if (node === null) {
    yield { name: 'the node starts', to: { ...state, node: STARTED } };
    return;
  }
  yield { name: 'the node dies', to: { ...state, node: null } };
  if (node.plan === null) yield plan(state, node, protocol);
  else if (node.session === null) yield* beforeSession(state, node, protocol);
  else yield* inSession(state, node, node.session, protocol);
}

function plan(state: State, node: Node, protocol: Protocol): Step<State> {
  const { fold, log, now } = state;
  const planned = (made: Node['plan']): Step<State> => ({
    name: `it asks for the log's extent: ${made?.start}${made?.reconcile ? `, ${made.reconcile}` : ''}`,
    to: { ...state, node: { ...node, plan: made, aged: false } },
  });
  if (fold.cursor === null) {
    const { start, reconcile } = protocol.planFirst(fold.entries.length, node.refused);
    return planned({ start, reconcile: reconcile ?? null });
  }
  const sinceIdleMs = node.idleUntil === null ? undefined : (now - node.idleUntil) * TICK_MS;
  const made = protocol.planResume({
    ...questionOf(state, fold.cursor),
    refused: node.refused,
    verify: 'auto',
    gapMs: protocol.markerGapMs({ cursorAt: fold.cursor.at * TICK_MS, logAt: now * TICK_MS, sinceIdleMs }),
    shortestMarkerTtlMs: MARKER_TTL_TICKS * TICK_MS,
    logKeys: log.messages.length,
    foldKeys: fold.entries.length,
  });
  return planned({ start: made.start, reconcile: made.reconcile ?? null });
}

function questionOf({ log }: State, { revision, epoch }: Cursor) {
  return {
    cursor: { revision: BigInt(revision), epoch },
    log: {
      firstRevision: BigInt(firstRevision(log)),
      lastRevision: BigInt(log.last),
      epoch: String(log.epoch),
    },
  };
}

function* beforeSession(state: State, node: Node, protocol: Protocol): Iterable<Step<State>> {
  const { list } = protocol;
  if (list === 'before-attaching' && node.plan?.reconcile !== null && node.candidates === null) {
    yield* listings(state, node, protocol);
  } else yield attach(state, node, protocol);
}

/** As a source does: it refuses what it cannot resume. */
function attach(state: State, node: Node, protocol: Protocol): Step<State> {
  const { fold, log } = state;
  const start = node.plan?.start ?? 'state';
  const resume = start === 'state' ? null : fold.cursor;
  const obstacle = resume === null ? undefined : protocol.resumeObstacle(questionOf(state, resume));
  if (obstacle !== undefined && !(obstacle === 'below-window' && start === 'after-gap')) {
    return { name: 'the source refuses the cursor', to: detached(state, { ...node, refused: true }) };
  }
  const isLate = protocol.comparesLate && start !== 'state' && node.suspendedAt !== null;
  const session: Session = {
    epoch: log.epoch,
    position: resume === null ? 0 : Math.max(resume.revision, firstRevision(log) - 1),
    cut: false,
    overrun: false,
    gap: false,
    doubt: 'none',
    comparing: false,
    reconciled: node.plan?.reconcile === null && !isLate,
    inbox: [],
    cursor: null,
    applied: false,
    late: [],
    caughtUp: false,
    waited: 0,
  };
  const to = { ...state, node: { ...node, session, aged: false, suspendedAt: null } };
  return { name: `it attaches after revision ${session.position}`, to };
}

function* inSession(state: State, node: Node, session: Session, protocol: Protocol): Iterable<Step<State>> {
  const { cut, overrun, reconciled, inbox, cursor, applied } = session;
  const isEmpty = inbox.length === 0 && cursor === null;
  // What was received is applied first; a chunk that still waits for the listing was not received.
  if (isEmpty || !reconciled) {
    if (cut)
      yield {
        name: 'it notices that the connection is dead',
        to: detached(state, waited(state, node, session, protocol)),
      };
    else if (overrun) {
      yield {
        name: 'the source reports that it lost updates',
        to: detached(state, { ...node, refused: true }),
      };
    }
  }
  if (!cut && !overrun && !applied && inbox.length < MAX_INBOX)
    yield* deliver(state, node, session, protocol);
  if (!reconciled) {
    if (node.candidates === null) yield* listings(state, node, protocol);
    else yield confirm(state, node, session, node.candidates, protocol);
  } else if (!isEmpty) yield* applyAndCommit(state, node, session, protocol);
  else if (session.doubt === 'received' && session.caughtUp && !cut && !overrun) {
    const comparing = { ...session, reconciled: false, comparing: true };
    yield { name: 'it compares once more', to: { ...state, node: { ...node, session: comparing } } };
  }
}

function* deliver(state: State, node: Node, session: Session, protocol: Protocol): Iterable<Step<State>> {
  const [next, ...rest] = pendingOf(state, session);
  if (session.epoch !== state.log.epoch) return;
  const caughtUp = rest.length === 0;
  const revision = caughtUp ? state.log.last : (next?.revision ?? 0);
  const doubt = doubtOf(session, protocol);
  const cursor = { epoch: String(session.epoch), revision, at: caughtUp ? state.now : (next?.at ?? 0) };
  const before = session.cursor ?? state.fold.cursor;
  if (next === undefined && JSON.stringify(cursor) === JSON.stringify(before)) return;
  const inbox = next === undefined ? session.inbox : [...session.inbox, next].map(updateOf);
  const after = waited(state, node, session, protocol);
  const delivered = {
    ...session,
    gap: false,
    doubt,
    inbox,
    cursor: protocol.holds && doubt !== 'none' ? null : cursor,
    position: revision,
    caughtUp,
    waited: 0,
  };
  yield {
    name: next === undefined ? `a bookmark, ${revision}` : `${describe(next)} is delivered`,
    to: { ...state, node: { ...after, session: delivered } },
  };
}

/** What waits for a listing is not received before that is done. */
function doubtOf({ gap, doubt, reconciled }: Session, { doubts }: Protocol): Session['doubt'] {
  if (!gap || doubts === 'ignored') return doubt;
  return reconciled ? 'received' : 'waiting';
}

function updateOf({ key, revision, live, write }: Update): Update {
  return { key, revision, live, write };
}

/** Every listing that churn can lead to: complete, or with one of the keys skipped. */
function* listings(state: State, node: Node, protocol: Protocol): Iterable<Step<State>> {
  const listed = isComparable(node) ? state.log.messages : state.log.messages.filter(({ live }) => live);
  const known = listed.map(({ key }) => key);
  for (const skipped of [undefined, ...known]) {
    const candidates = state.fold.entries
      .filter(({ key }) => key === skipped || !known.includes(key))
      .filter(({ revision }) => !protocol.sparesPastCursor || revision <= (state.fold.cursor?.revision ?? 0))
      .map(({ key }) => key);
    const name = `it lists the keys: ${known.filter((key) => key !== skipped).join(' ') || 'none'}`;
    yield { name, to: { ...state, node: { ...node, candidates } } };
  }
}

function confirm(
  state: State,
  node: Node,
  session: Session,
  candidates: readonly Key[],
  protocol: Protocol,
): Step<State> {
  const gone = candidates.filter((key) => !protocol.confirm || isGone(state, node, key));
  const deletes = gone.map((key): Update => ({ key, revision: 0, live: false, write: null }));
  const isLate = protocol.deletes === 'after-the-delta';
  const reconciled: Session = {
    ...session,
    reconciled: true,
    comparing: false,
    doubt: session.doubt === 'waiting' ? 'received' : 'none',
    cursor: compared(state, session),
    late: isLate ? deletes : [],
    inbox: isLate ? session.inbox : [...deletes, ...session.inbox],
  };
  const abandons = protocol.abandons && node.plan?.reconcile === 'beyond-end' && !session.comparing;
  const cursor = { epoch: NO_EPOCH, revision: 0, at: state.fold.cursor?.at ?? 0 };
  const fold = abandons ? { ...applied(state.fold, deletes), cursor } : state.fold;
  const after = { ...node, refused: false, candidates: null, session: reconciled };
  const lossUnnoticed = state.lossUnnoticed && node.plan?.start !== 'state';
  const to = { ...state, fold, lossUnnoticed, node: after };
  return { name: `it confirms what vanished: ${gone.join(' ') || 'nothing'}`, to };
}

function isGone({ log, fold }: State, node: Node, key: Key): boolean {
  const last = log.messages.find((message) => message.key === key);
  if (last === undefined) return true;
  return !last.live && (!isComparable(node) || last.revision <= (fold.cursor?.revision ?? 0));
}

/** Whether the versions of the fold are the log's. */
function isComparable({ plan, session }: Node): boolean {
  return plan?.start !== 'state' || session?.comparing === true;
}

/** Compared, the fold is at the session's position, unless more deletes may be missing meanwhile. */
function compared({ now }: State, { comparing, cursor, doubt, epoch, position }: Session): Cursor | null {
  if (!comparing || doubt === 'waiting') return cursor;
  return { epoch: String(epoch), revision: position, at: now };
}

function* applyAndCommit(
  state: State,
  node: Node,
  session: Session,
  protocol: Protocol,
): Iterable<Step<State>> {
  const updates = [...session.inbox, ...session.late];
  const emptied: Session = { ...session, inbox: [], late: [], cursor: null, applied: false };
  const cursor = merged(state.fold.cursor, session.cursor, protocol);
  const committed: State = {
    ...state,
    fold: { ...applied(state.fold, updates), cursor },
    node: { ...node, session: emptied },
  };
  if (protocol.commit === 'before-apply') {
    yield { name: 'the store commits', to: committed };
    return;
  }
  if (!session.applied) {
    const writes = updates.flatMap(({ write }) => (write === null ? [] : [write]));
    const seen = [...new Set([...state.seen, ...writes])].sort((a, b) => a - b);
    yield {
      name: 'apply returns',
      to: { ...state, seen, node: { ...node, session: { ...session, applied: true } } },
    };
    return;
  }
  if (protocol.commit === 'cursor-first') {
    yield {
      name: 'the store writes the cursor, and dies',
      to: { ...state, fold: { ...state.fold, cursor }, node: null },
    };
  }
  yield { name: 'the store commits', to: committed };
}

/** The node once the wait of its session is over. */
function waited(
  { now }: State,
  node: Node,
  { waited: ticks, caughtUp }: Session,
  { trusts, waits }: Protocol,
): Node {
  const { suspendedAt } = node;
  const runs = waits === 'while-running' || suspendedAt === null;
  const isSure = trusts === 'long-waits' ? ticks > 1 || !runs : caughtUp;
  return isSure ? { ...node, idleUntil: runs ? (suspendedAt ?? now) : now } : node;
}

function detached(state: State, node: Node): State {
  return {
    ...state,
    node: { ...node, plan: null, session: null, candidates: null, aged: false, suspendedAt: null },
  };
}

function describe({ key, revision, live }: Update): string {
  return `${live ? 'put' : 'delete'} ${key} ${revision}`;
}
