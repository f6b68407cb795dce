import type { NatsConnection } from '@nats-io/nats-core';
import { SlipstreamError } from '@slipstream/core';

/**
 * @param needed - Major and minor of the oldest server that suffices.
 * @throws `UNSUPPORTED` naming the version of the server and the required one.
 */
export function assertServerVersion(
  connection: NatsConnection,
  needed: readonly [major: number, minor: number],
  what: string,
): void {
  const version = connection.info?.version;
  // The connection is down at this moment: the next request reports it.
  if (version === undefined) return;
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return;
  throw new SlipstreamError(
    'UNSUPPORTED',
    `${what} needs nats-server ${needed.join('.')} or newer; this server is ${version}`,
    { hint: 'Upgrade the server.' },
  );
}
