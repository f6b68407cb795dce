import type { KvWatcher } from '../kv/kv-watcher.js';
import { type Clock, sleep } from '../lifetime/clock.js';

/**
 * A server that was frozen, or a line that was cut, is back for every node at the same instant. Hundreds of them should
 * ask for their watches within a moment, but not all at once.
 */
const SPREAD_MS = 200;

/** Waits for a source that is reconnecting, and then for a random part of {@link SPREAD_MS}. */
export async function untilReconnected(
  watcher: KvWatcher,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
): Promise<void> {
  const reconnected = watcher.reconnected?.({ signal });
  if (reconnected === undefined) return;
  await reconnected;
  await sleep(clock, random() * SPREAD_MS, signal);
}
