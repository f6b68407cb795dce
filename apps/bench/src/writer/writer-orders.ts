/** The instructions to a writer, its first argument. */
export interface WriterOrders {
  readonly serverUrl: string;
  readonly bucket: string;
  /** Puts cycle through the keys of this many entries. */
  readonly entries: number;
  readonly putsPerSecond: number;
  /** It ends after this many. */
  readonly puts: number;
}

/** The clock that all processes of a machine share, in milliseconds. */
export function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}
