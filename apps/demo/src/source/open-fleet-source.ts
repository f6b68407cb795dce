import { join } from 'node:path';
import { resolveNatsServer } from '@slipstream/test-kit/nats';
import type { DemoOptions } from '../options/demo-options.js';
import { EmbeddedSource } from './embedded/embedded-source.js';
import type { FleetSource } from './fleet-source.js';
import { NatsSource } from './nats/nats-source.js';

/**
 * Opens the bucket on the best source there is: the server that was named, one on PATH, one that the project
 * installed, one in a container, or none but the demo's own memory.
 *
 * @throws when a server was named and cannot be used
 */
export async function openFleetSource(
  { natsUrl, memory }: DemoOptions,
  dataDirectory: string,
  signal: AbortSignal,
): Promise<FleetSource> {
  if (memory) return EmbeddedSource.open('no nats-server, as asked');
  const storeDirectory = join(dataDirectory, 'nats');
  if (natsUrl !== undefined) return openNamed(natsUrl, storeDirectory, signal);
  // CI only makes it an error to have none; the demo runs without.
  const source = resolveNatsServer({ ...process.env, CI: undefined }, { directory: import.meta.dirname });
  if (source.kind === 'none') return EmbeddedSource.open(source.reason);
  try {
    return await NatsSource.open(source, storeDirectory, signal);
  } catch (error) {
    if (source.kind !== 'docker' || signal.aborted) throw error;
    // A socket of Docker's says little about what it can run.
    return EmbeddedSource.open(`no nats-server, and Docker failed (${rootCause(error)})`);
  }
}

async function openNamed(url: string, storeDirectory: string, signal: AbortSignal): Promise<FleetSource> {
  try {
    return await NatsSource.open({ kind: 'url', url }, storeDirectory, signal);
  } catch (cause) {
    throw new Error(`the nats-server at ${new URL(url).host} cannot be used: ${rootCause(cause)}`, { cause });
  }
}

/** What was underneath, in one line. */
function rootCause(error: unknown): string {
  if (error instanceof Error && error.cause !== undefined) return rootCause(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? '';
}
