import type { Step } from './explore.ts';
import {
  type Budget,
  type Key,
  type Log,
  type Message,
  pendingOf,
  type Session,
  type State,
} from './state.ts';

const KEYS: readonly Key[] = ['a', 'b'];

/** Ticks after which a delete marker may be removed from the middle of the log. */
export const MARKER_TTL_TICKS = 3;

/** What happens to the log and to the connection, whatever the node does. */
export function* worldSteps(state: State): Iterable<Step<State>> {
  const { left, log } = state;
  // Once a log that lost its end was written past a fold's cursor, nothing shows that it did: that is for
  // `verifyFold` to find, not for a guard. So the writers wait until the node has noticed.
  if (left.writes > 0 && !state.lossUnnoticed) {
    for (const key of KEYS) {
      yield { name: `put ${key} at revision ${log.last + 1}`, to: write(state, key, true) };
      yield { name: `delete ${key} at revision ${log.last + 1}`, to: write(state, key, false) };
    }
  }
  const oldest = log.messages[0];
  if (left.evictions > 0 && oldest !== undefined) {
    yield {
      name: `retention evicts revision ${oldest.revision}`,
      to: spend(drop(state, oldest, { overrun: true }), 'evictions'),
    };
  }
  for (const message of log.messages) {
    if (message.live || state.now - message.at < MARKER_TTL_TICKS) continue;
    yield {
      name: `the delete marker ${message.revision} of ${message.key} expires`,
      to: drop(state, message, { gap: true }),
    };
  }
  if (left.recreations > 0) yield { name: 'the bucket is re-created', to: recreate(state) };
  const newest = log.messages.at(-1);
  if (left.tailLosses > 0 && newest?.revision === log.last && hasReachedFold(state)) {
    yield { name: `the server crashes and loses revision ${log.last}`, to: loseTail(state, newest) };
  }
  if (state.node?.session?.cut === false) yield { name: 'the connection dies', to: cut(state) };
  if (left.ticks > 0) yield* tick(state);
  if (left.suspensions > 0) yield* suspend(state);
}

/** What a server lost before the node had it never was, as far as the node is concerned. */
function hasReachedFold({ fold, log }: State): boolean {
  return fold.cursor?.epoch === String(log.epoch) && fold.cursor.revision === log.last;
}

function write(state: State, key: Key, live: boolean): State {
  const { log, now } = state;
  const message: Message = { revision: log.last + 1, key, live, at: now, write: state.writes + 1 };
  const messages = [...log.messages.filter((other) => other.key !== key), message];
  const truth = { ...state.truth, [key]: live ? message.write : null };
  const written = {
    ...state,
    writes: message.write,
    truth,
    log: { ...log, last: message.revision, messages },
  };
  return spend(written, 'writes');
}

/** Drops a message. A watch that had not delivered it yet learns that it lost an update, or may have. */
function drop(state: State, message: Message, notice: Partial<Session>): State {
  const messages = state.log.messages.filter((other) => other !== message);
  const { session } = state.node ?? {};
  const unread = session != null && session.epoch === state.log.epoch && message.revision > session.position;
  return withSession({ ...state, log: { ...state.log, messages } }, unread && !session.cut && notice);
}

function recreate(state: State): State {
  const log: Log = { epoch: state.log.epoch + 1, last: 0, messages: [] };
  return spend(cut({ ...state, log, lossUnnoticed: false, truth: { a: null, b: null } }), 'recreations');
}

function loseTail(state: State, newest: Message): State {
  const { log } = state;
  const messages = log.messages.filter((message) => message !== newest);
  const truth = { ...state.truth, [newest.key]: null };
  const lost = { ...state, truth, lossUnnoticed: true, log: { ...log, last: log.last - 1, messages } };
  return spend(cut(lost), 'tailLosses');
}

function cut(state: State): State {
  return withSession(state, { cut: true });
}

/**
 * Time passes. An attachment takes no longer than a tick, and neither does noticing a dead connection, or delivery
 * over a healthy one to a node that waits for it.
 */
function* tick(state: State): Iterable<Step<State>> {
  const { node } = state;
  const session = node?.session;
  const waits = session?.reconciled === true && session.cursor === null;
  const bounded = (node?.plan != null && session === null) || (session?.cut === true && waits);
  if (bounded && node?.aged === true) return;
  if (waits && !session.cut && (session.overrun || pendingOf(state, session).length > 0)) return;
  const passed = { ...state, now: state.now + 1, node: node && { ...node, aged: node.aged || bounded } };
  const waited = waits && session.caughtUp && { waited: Math.min(2, session.waited + 1) };
  yield { name: 'time passes', to: spend(withSession(passed, waited), 'ticks') };
}

/**
 * The node is suspended, with its connection dead, for longer than a marker stays: while it waits, having dealt with
 * all that there was, or between a plan and the attachment.
 */
function* suspend(state: State): Iterable<Step<State>> {
  const { node } = state;
  const { session } = node ?? {};
  if (node?.plan == null) return;
  const waits = session?.cut === true && session.reconciled && session.cursor === null && session.caughtUp;
  if (session !== null && !waits) return;
  const later = { ...state, now: state.now + MARKER_TTL_TICKS, node: { ...node, suspendedAt: state.now } };
  yield { name: 'the node is suspended for a while', to: spend(later, 'suspensions') };
}

function withSession(state: State, change: Partial<Session> | false): State {
  const { node } = state;
  if (change === false || node?.session == null) return state;
  return { ...state, node: { ...node, session: { ...node.session, ...change } } };
}

function spend(state: State, what: keyof Budget): State {
  return { ...state, left: { ...state.left, [what]: state.left[what] - 1 } };
}
