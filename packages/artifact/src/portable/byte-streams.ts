/** Where bytes come from, in order. */
export interface ByteSource {
  /** Fills the beginning of `target`; returns how many bytes, 0 at the end. */
  read(target: Uint8Array): Promise<number>;
}

/** Where bytes go, in order. */
export interface ByteSink {
  /** Takes all of `source`. */
  write(source: Uint8Array): Promise<void>;
}

/** Reads until `target` is full or the source ends; returns the bytes read. */
export async function readFully(source: ByteSource, target: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const count = await source.read(filled === 0 ? target : target.subarray(filled));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
