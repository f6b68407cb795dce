import { resolveNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll } from 'vitest';
import { BenchWorld } from '../../src/world/bench-world.js';

/** Enough for what is counted per update to show, and filled in an instant. */
export const ENTRIES = 10_000;

const server = resolveNatsServer();
export const hasServer: boolean = server.kind !== 'none';
/** For titles. */
export const skipReason: string = server.kind === 'none' ? ` (skipped: ${server.reason})` : '';

/** A bucket with {@link ENTRIES} entries on a server, for the tests of a file. */
export function useGuardedBucket(): { readonly url: string; readonly bucket: string } {
  const used = { url: '', bucket: '' };
  let world: BenchWorld | undefined;
  beforeAll(async () => {
    world = await BenchWorld.open();
    used.url = world.server.url;
    used.bucket = await world.bucket(ENTRIES, () => undefined);
  });
  afterAll(async () => world?.[Symbol.asyncDispose]());
  return used;
}
