/** What is stored under a link. */
export interface LinkRecord {
  /** The layer it leads to. */
  readonly layer: number;
  /** Entries and links in that layer. A link to nothing is removed. */
  readonly members: number;
}

const FIELD_BYTES = 6;

export function encodeLink({ layer, members }: LinkRecord): Buffer {
  const record = Buffer.allocUnsafe(2 * FIELD_BYTES);
  record.writeUIntBE(layer, 0, FIELD_BYTES);
  record.writeUIntBE(members, FIELD_BYTES, FIELD_BYTES);
  return record;
}

/** `undefined` when the bytes do not decode, which is damage. */
export function decodeLink(record: Buffer): LinkRecord | undefined {
  if (record.length !== 2 * FIELD_BYTES) return undefined;
  return {
    layer: record.readUIntBE(0, FIELD_BYTES),
    members: record.readUIntBE(FIELD_BYTES, FIELD_BYTES),
  };
}
