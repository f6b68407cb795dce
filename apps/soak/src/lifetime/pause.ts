import { sleep, systemClock } from '@slipstream/core';

/** Lets time pass; resolves to false when `signal` fired before it had. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted) await sleep(systemClock, ms, signal).catch(() => undefined);
  return !signal.aborted;
}
