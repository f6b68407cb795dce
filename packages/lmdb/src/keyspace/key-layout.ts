// docs of the layout: README, "How keys are stored". The engine holds keys of up to 1,978 bytes; a fold's may
// be longer. So a key is cut into slices, and all slices but the last are links from one layer to the next:
//
//   0                      the fold's own record
//   1 <slice>              an entry of the root layer: a key of at most SLICE_BYTES
//   1 <full slice> 0       a link: the keys that continue after this slice are in the layer it names
//   2 <layer> <slice>      the same in any other layer
//
// A link is one byte longer than any entry of its layer, and sorts right after the key that ends with its
// slice: reading a layer in order, and following each link where it stands, yields the keys in byte order.

/** The bytes of a key that one layer holds. Keys of a NATS bucket are hardly ever this long. */
export const SLICE_BYTES = 1024;

const META = 0;
const ROOT = 1;
const LAYER = 2;
const LAYER_ID_BYTES = 6;
const LINK_END = Buffer.of(0);

/** The key of the fold's own record. */
export const META_KEY: Buffer = Buffer.of(META);

/** The prefix of everything in the root layer. */
export const ROOT_LAYER: Buffer = Buffer.of(ROOT);

/** The prefix of everything in a layer. */
export function layerPrefix(layer: number): Buffer {
  const prefix = Buffer.allocUnsafe(1 + LAYER_ID_BYTES);
  prefix[0] = LAYER;
  prefix.writeUIntBE(layer, 1, LAYER_ID_BYTES);
  return prefix;
}

/** What comes right after everything in a layer. */
export function layerEnd(prefix: Buffer): Buffer {
  if (prefix.length === ROOT_LAYER.length) return Buffer.of(LAYER);
  return layerPrefix(prefix.readUIntBE(1, LAYER_ID_BYTES) + 1);
}

/** The key of the link after a full slice. */
export function linkKey(prefix: Buffer, slice: Uint8Array): Buffer {
  return Buffer.concat([prefix, slice, LINK_END]);
}

/** The first key after the link of a full slice. */
export function afterLink(prefix: Buffer, slice: Uint8Array): Buffer {
  return Buffer.concat([prefix, slice, LINK_END, LINK_END]);
}

/** Whether a key is longer than what one layer holds. */
export function isLong(key: string): boolean {
  // One UTF-16 unit is at most three bytes of UTF-8.
  return key.length * 3 > SLICE_BYTES && Buffer.byteLength(key) > SLICE_BYTES;
}

/** Whether an engine's key with this first byte and length is an entry of the root layer. */
export function isRootEntry(first: number | undefined, length: number): boolean {
  return first === ROOT && length <= ROOT_LAYER.length + SLICE_BYTES;
}

/** Whether an engine's key of this layer is a link. */
export function isLink(engineKey: Buffer, prefix: Buffer): boolean {
  return engineKey.length > prefix.length + SLICE_BYTES;
}
