import { pendingOf, type State } from './state.ts';

/** What must never be true, whatever happens. */
export function violationOf(state: State, before: State): string | undefined {
  return regression(state, before) ?? authorityBroken(state) ?? divergence(state);
}

/** Within one epoch a stored cursor never goes back, and it is never lost. */
function regression({ fold: { cursor } }: State, { fold: { cursor: previous } }: State): string | undefined {
  if (previous === null) return undefined;
  if (cursor === null) return 'the cursor is lost';
  if (cursor.epoch !== previous.epoch || cursor.revision >= previous.revision) return undefined;
  return `the cursor goes back from ${previous.revision} to ${cursor.revision}`;
}

/** Everything at or before a stored cursor has been applied, and is in the fold. */
function authorityBroken({ fold, log, seen }: State): string | undefined {
  const { cursor, entries } = fold;
  if (cursor === null || cursor.epoch !== String(log.epoch) || cursor.revision > log.last) return undefined;
  for (const { key, revision, live, write } of log.messages) {
    if (revision > cursor.revision) continue;
    const what = `cursor ${cursor.revision} claims revision ${revision}, ${live ? 'put' : 'delete'} ${key}`;
    if (!seen.includes(write)) return `${what}, which was never applied`;
    const entry = entries.find((each) => each.key === key);
    if (live ? entry?.write !== write : entry !== undefined) return `${what}, which is not in the fold`;
  }
  return undefined;
}

/** Caught up, the fold holds no key that is gone, no old value, and misses none that the log has. */
function divergence(state: State): string | undefined {
  const session = state.node?.session;
  if (session == null || session.cut || session.overrun || !session.reconciled) return undefined;
  if (session.gap || session.doubt !== 'none') return undefined;
  if (session.cursor !== null || session.inbox.length + session.late.length > 0) return undefined;
  if (pendingOf(state, session).length > 0) return undefined;
  for (const { key, write } of state.fold.entries) {
    // A value that retention evicted may stay: it was the last there was.
    if (state.truth[key] !== write) return `caught up, the fold still has ${key}, which is gone`;
  }
  for (const { key, live, write } of state.log.messages) {
    const held = state.fold.entries.some((entry) => entry.write === write);
    if (live && !held) return `caught up, the fold misses ${key}`;
  }
  return undefined;
}
