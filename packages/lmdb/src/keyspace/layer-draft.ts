import { type ReadRecord, readLink } from './find-key.js';
import type { FoldMeta } from './fold-meta.js';
import { layerPrefix, linkKey, ROOT_LAYER, SLICE_BYTES } from './key-layout.js';
import { encodeLink } from './link-record.js';

/** A link as a commit leaves it. */
interface LinkDraft {
  readonly engineKey: Buffer;
  readonly layer: number;
  /** The link to the layer that this one is in; `undefined`: the root layer. */
  readonly parent: LinkDraft | undefined;
  members: number;
}

/**
 * What one commit does to the layers of long keys, computed before anything is written. Each key is placed or removed
 * at most once.
 */
export class LayerDraft {
  readonly #read: ReadRecord;
  readonly #touched = new Map<string, LinkDraft>();
  #links: number;
  #nextLayer: number;

  /** @param read - Reads what was committed before. */
  constructor(read: ReadRecord, { links, nextLayer }: FoldMeta) {
    this.#read = read;
    this.#links = links;
    this.#nextLayer = nextLayer;
  }

  get links(): number {
    return this.#links;
  }

  get nextLayer(): number {
    return this.#nextLayer;
  }

  /** Where a key longer than one slice goes. */
  place(key: Buffer): Buffer {
    let parent: LinkDraft | undefined;
    let rest = key;
    for (; rest.length > SLICE_BYTES; rest = rest.subarray(SLICE_BYTES)) {
      const engineKey = linkKey(prefixOf(parent), rest.subarray(0, SLICE_BYTES));
      parent = this.#find(engineKey, parent) ?? this.#add(engineKey, parent);
    }
    const engineKey = Buffer.concat([prefixOf(parent), rest]);
    if (this.#read(engineKey) === undefined) this.#count(parent, 1);
    return engineKey;
  }

  /** Where a key longer than one slice is; `undefined` when it is not there. */
  remove(key: Buffer): Buffer | undefined {
    let parent: LinkDraft | undefined;
    let rest = key;
    for (; rest.length > SLICE_BYTES; rest = rest.subarray(SLICE_BYTES)) {
      parent = this.#find(linkKey(prefixOf(parent), rest.subarray(0, SLICE_BYTES)), parent);
      if (parent === undefined) return undefined;
    }
    const engineKey = Buffer.concat([prefixOf(parent), rest]);
    if (this.#read(engineKey) === undefined) return undefined;
    this.#count(parent, -1);
    return engineKey;
  }

  /** The links to write; without a record: to remove. */
  *changes(): Iterable<{ readonly engineKey: Buffer; readonly record: Buffer | undefined }> {
    for (const link of this.#touched.values()) {
      yield { engineKey: link.engineKey, record: link.members === 0 ? undefined : encodeLink(link) };
    }
  }

  #find(engineKey: Buffer, parent: LinkDraft | undefined): LinkDraft | undefined {
    const name = engineKey.toString('latin1');
    const known = this.#touched.get(name);
    if (known !== undefined) return known;
    const stored = readLink(engineKey, this.#read);
    if (stored === undefined) return undefined;
    const link = { ...stored, engineKey, parent };
    this.#touched.set(name, link);
    return link;
  }

  #add(engineKey: Buffer, parent: LinkDraft | undefined): LinkDraft {
    const link = { engineKey, parent, layer: this.#nextLayer, members: 0 };
    this.#nextLayer += 1;
    this.#touched.set(engineKey.toString('latin1'), link);
    return link;
  }

  /** Counts a member more or fewer. A link exists as long as its layer has members. */
  #count(link: LinkDraft | undefined, change: 1 | -1): void {
    if (link === undefined) return;
    link.members += change;
    const isFirst = change === 1 && link.members === 1;
    const wasLast = change === -1 && link.members === 0;
    if (!isFirst && !wasLast) return;
    this.#links += change;
    this.#count(link.parent, change);
  }
}

function prefixOf(link: LinkDraft | undefined): Buffer {
  return link === undefined ? ROOT_LAYER : layerPrefix(link.layer);
}
