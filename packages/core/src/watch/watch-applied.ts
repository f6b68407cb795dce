import type { KvUpdate } from '../kv/kv-entry.js';
import type { AppliedWatch } from './applied-watch.js';
import { WatchLoop } from './watch-loop.js';
import { resolveWatchOptions, type WatchOptions } from './watch-options.js';

/**
 * Follows a source and applies its updates, with a cursor that moves only after apply.
 *
 * Per batch, in this order: `apply` returns, the store commits the updates together with the cursor, the
 * reported cursor moves, `onApplied` is called. A cursor that was stored or reported therefore means that
 * every update in scope at or before it that the log still had has been applied.
 *
 * A source that drops is re-attached at the applied cursor, with backoff, for as long as a retry can help. When its log
 * cannot prove what comes after the cursor, the fold is compared with it first, and keys that vanished reach `apply` as
 * deletes of unknown version before anything newer. A store that fails is offered the same batch again, up to 16 times
 * in a row. The watch starts at once and never blocks the caller; {@link AppliedWatch.done} tells how it ended.
 *
 * @throws {TypeError} {@link RangeError} for options that make no sense.
 */
export function watchApplied<U = KvUpdate>(options: WatchOptions<U>): AppliedWatch {
  const loop = new WatchLoop(resolveWatchOptions(options));
  void loop.run();
  return loop;
}
