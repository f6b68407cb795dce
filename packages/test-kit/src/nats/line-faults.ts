/** What a proxy does to the bytes of its connections, in both directions. */
export interface LineFaults {
  /** Every byte arrives this much later. */
  delayMs: number;
  /** The most that passes in each direction of a connection. */
  bytesPerSecond: number;
  /** Nothing passes and nothing is closed: what was sent arrives when this ends, as TCP sends it again. */
  isBlackHole: boolean;
}

/** No faults. */
export function healthyLine(): LineFaults {
  return { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, isBlackHole: false };
}
