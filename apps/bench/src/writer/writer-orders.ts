/** What a writer is told, as its first argument. */
export interface WriterOrders {
  readonly serverUrl: string;
  readonly bucket: string;
  /** Puts go round the keys of so many entries. */
  readonly entries: number;
  readonly putsPerSecond: number;
  /** It ends after so many. */
  readonly puts: number;
}

/** The clock that all processes of a machine share, in milliseconds. */
export function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}
