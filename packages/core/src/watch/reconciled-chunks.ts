import type { KvUpdate } from '../kv/kv-entry.js';
import type { WatchChunk } from '../kv/kv-store.js';
import { VersionToken } from '../kv/version-token.js';

const NO_BYTES = new Uint8Array(0);

/**
 * The chunks of an attachment, with `reconcile` done before the first of them is handed over. That it has
 * arrived means that the source is attached: whatever is written from then on is delivered, so a key that is
 * found to have vanished stays vanished until a later chunk says otherwise.
 */
export async function* reconciledChunks(
  chunks: AsyncIterable<WatchChunk>,
  reconcile: () => Promise<void>,
): AsyncGenerator<WatchChunk, void, undefined> {
  let isReconciled = false;
  for await (const chunk of chunks) {
    if (!isReconciled) await reconcile();
    isReconciled = true;
    yield chunk;
  }
}

/** Deletes that no log has: their version is unknown, so they move no cursor. */
export function syntheticDeletes(keys: readonly string[]): readonly KvUpdate[] {
  return keys.map((key) => ({ kind: 'delete', key, value: NO_BYTES, version: VersionToken.unknown }));
}
