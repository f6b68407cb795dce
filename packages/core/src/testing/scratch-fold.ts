import { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import { guardSnapshotStore } from '../snapshot/guarded-snapshot-store.js';
import { OrderedMap } from '../snapshot/ordered-map.js';
import type { SnapshotCapabilities } from '../snapshot/snapshot-capabilities.js';
import type { SnapshotDriver } from '../snapshot/snapshot-driver.js';
import type { RangeOptions, SnapshotStats, SnapshotStore } from '../snapshot/snapshot-store.js';

/** What a scratch fold is written on. It outlives the fold, so a test can restart what uses it. */
export class ScratchMedium {
  readonly entries: OrderedMap<KvEntry> = new OrderedMap();
  cursor: WatchCursor = WatchCursor.none;
  isLocked = false;
}

/**
 * The smallest correct fold: entries and cursor in memory, durable for as long as its medium is kept.
 * @throws `LOCKED` when another fold is open on the medium.
 */
export async function openScratchFold(medium: ScratchMedium = new ScratchMedium()): Promise<SnapshotStore> {
  if (medium.isLocked) throw new SlipstreamError('LOCKED', 'scratch fold: the medium is in use');
  medium.isLocked = true;
  return guardSnapshotStore(new ScratchDriver(medium));
}

class ScratchDriver implements SnapshotDriver {
  readonly backend = 'scratch';
  readonly formatVersion = '1';
  readonly location = 'in memory';
  readonly capabilities: SnapshotCapabilities = Object.freeze({
    durable: true,
    synchronousReads: true,
    synchronousRanges: true,
    checkpoint: false,
    checksums: false,
  });
  readonly cursor: WatchCursor;
  readonly #medium: ScratchMedium;

  constructor(medium: ScratchMedium) {
    this.#medium = medium;
    this.cursor = medium.cursor;
  }

  commit(updates: readonly KvUpdate[], cursor: WatchCursor): void {
    for (const { kind, key, value, version } of updates) {
      if (kind === 'put') this.#medium.entries.set(key, { key, value, version });
      else this.#medium.entries.delete(key);
    }
    this.#medium.cursor = cursor;
  }

  get(key: string): KvEntry | undefined {
    const entry = this.#medium.entries.get(key);
    return entry && handedOut(entry);
  }

  *range(prefix: string, { after }: RangeOptions): Iterable<KvEntry> {
    for (const [, entry] of this.#medium.entries.range(prefix, after)) yield handedOut(entry);
  }

  stats(): SnapshotStats {
    let bytes = 0;
    for (const [key, { value }] of this.#medium.entries.range('')) bytes += key.length + value.length;
    return { entries: this.#medium.entries.size, bytes };
  }

  close(): void {
    this.#medium.isLocked = false;
  }
}

/** The reader may change the value that it gets. */
function handedOut({ key, value, version }: KvEntry): KvEntry {
  return { key, value: value.slice(), version };
}
