import { damagedFold } from '@slipstream/artifact/fold-directory';
import { layerPrefix, linkKey, ROOT_LAYER, SLICE_BYTES } from './key-layout.js';
import { decodeLink, type LinkRecord } from './link-record.js';

/** What the engine has under a key of its own. Valid until the next read. */
export type ReadRecord = (engineKey: Buffer) => Buffer | undefined;

/** The engine's key of a fold's key; `undefined` when the layer it would be in does not exist. */
export function findKey(key: string, read: ReadRecord): Buffer | undefined {
  // One UTF-16 unit is at most three bytes of UTF-8.
  if (key.length * 3 <= SLICE_BYTES) return rootKey(key, key.length * 3);
  const length = Buffer.byteLength(key);
  return length <= SLICE_BYTES ? rootKey(key, length) : findLongKey(Buffer.from(key), read);
}

/** The link behind a full slice. */
export function readLink(engineKey: Buffer, read: ReadRecord): LinkRecord | undefined {
  const record = read(engineKey);
  return record && requireLink(record);
}

/** @throws `CORRUPTED` when it is none. */
export function requireLink(record: Buffer): LinkRecord {
  const link = decodeLink(record);
  if (link === undefined) throw damagedFold(`a link between parts of long keys has ${record.length} bytes`);
  return link;
}

function rootKey(key: string, bytesAtMost: number): Buffer {
  const engineKey = Buffer.allocUnsafe(ROOT_LAYER.length + bytesAtMost);
  engineKey.set(ROOT_LAYER);
  const length = engineKey.write(key, ROOT_LAYER.length);
  return engineKey.subarray(0, ROOT_LAYER.length + length);
}

function findLongKey(key: Buffer, read: ReadRecord): Buffer | undefined {
  let prefix = ROOT_LAYER;
  let rest = key;
  for (; rest.length > SLICE_BYTES; rest = rest.subarray(SLICE_BYTES)) {
    const link = readLink(linkKey(prefix, rest.subarray(0, SLICE_BYTES)), read);
    if (link === undefined) return undefined;
    prefix = layerPrefix(link.layer);
  }
  return Buffer.concat([prefix, rest]);
}
