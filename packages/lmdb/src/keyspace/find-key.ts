import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import { isLong, layerPrefix, linkKey, ROOT_LAYER, SLICE_BYTES } from './key-layout.js';
import { decodeLink, type LinkRecord } from './link-record.js';

/** Reads the engine's record under one of its keys. Valid until the next read. */
export type ReadRecord = (engineKey: Buffer) => Buffer | undefined;

/** The engine's key of a fold's key; `undefined` when the layer it would be in does not exist. */
export function findKey(key: string, read: ReadRecord): Buffer | undefined {
  return isLong(key) ? findLongKey(Buffer.from(key), read) : Buffer.from(ROOT_PREFIX + key);
}

const ROOT_PREFIX = ROOT_LAYER.toString();

/** The link after a full slice. */
export function readLink(engineKey: Buffer, read: ReadRecord): LinkRecord | undefined {
  const record = read(engineKey);
  return record && requireLink(record);
}

/** @throws `CORRUPTED` when it does not decode. */
export function requireLink(record: Buffer): LinkRecord {
  const link = decodeLink(record);
  if (link === undefined)
    throw damagedFoldError(`a link between parts of long keys has ${record.length} bytes`);
  return link;
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
