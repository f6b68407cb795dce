import type { KvUpdate } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import { BlockDecoder } from './block-decoder.js';
import { BlockLoader, type ReadLimits } from './block-loader.js';
import type { ByteSource } from './byte-streams.js';
import type { PortableTotals } from './portable-format.js';

/**
 * The entries of a portable file, block by block, as updates for a fold; returns the totals after the last. While a
 * block is processed, the next one is read and decompressed. The values of a block share its memory.
 * The source is read to its end exactly when that is reached without an error.
 * @throws `ARTIFACT_INVALID` at the first byte that breaks the format: what was yielded before may belong to
 * a file that is refused in the end.
 */
export async function* readEntries(
  source: ByteSource,
  limits: ReadLimits,
): AsyncGenerator<readonly KvUpdate[], PortableTotals, undefined> {
  const decoder = new BlockDecoder();
  const loader = new BlockLoader(source, limits);
  await loader.begin();
  let entries = 0;
  let loading = loader.next();
  try {
    for (;;) {
      const part = await loading;
      if (part.kind === 'footer') {
        const { cursor } = part;
        if (part.entries === entries) return { entries, bytes: loader.bytes, cursor };
        throw invalidArtifactError(`the footer says ${part.entries} entries, and there were ${entries}`);
      }
      loading = loader.next();
      // Awaited in its turn; until then a failure must not be unhandled.
      loading.catch(() => undefined);
      entries += part.entries;
      yield decoder.decode(part.payload, part.entries);
    }
  } finally {
    // A caller that stops early closes the source.
    await loading.catch(() => undefined);
  }
}
