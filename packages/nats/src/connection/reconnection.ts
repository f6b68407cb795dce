import { closedError, type ResourceScope, SlipstreamError, waitWithin } from '@slipstream/core';
import type { NatsContext } from '../nats-context.js';
import { disconnectedError } from '../nats-errors.js';

type ReconnectingClient = Pick<NatsContext, 'connection' | 'monitor' | 'clock'>;

/** How long one wait lasts before it is reported as `UNAVAILABLE`. */
const LIMIT_MS = 30_000;

/**
 * While the client is reconnecting: resolves as soon as it is connected. `undefined` when it is connected, or closed for
 * good: there is nothing to wait for.
 *
 * @param lifetime - Its end ends the wait. @param what - What waits, for messages.
 * @throws `UNAVAILABLE` after half a minute; `CLOSED`, `UNAUTHORIZED` when the client gives up; `ABORTED`
 */
export function reconnected(
  context: ReconnectingClient,
  lifetime: ResourceScope,
  what: string,
  signal: AbortSignal | undefined,
): Promise<void> | undefined {
  const { connection, monitor } = context;
  if (monitor.isConnected || connection.isClosed()) return undefined;
  return untilReconnected(context, lifetime, what, signal);
}

async function untilReconnected(
  { connection, monitor, clock }: ReconnectingClient,
  lifetime: ResourceScope,
  what: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const back = Promise.withResolvers<void>();
  const close = async (): Promise<void> => back.reject(closedError(what));
  const cancels = [
    lifetime.attach({ close, [Symbol.asyncDispose]: close }),
    monitor.onReconnected(back.resolve),
    monitor.onLost((error) => {
      if (connection.isClosed()) back.reject(error);
    }),
  ];
  try {
    await waitWithin(back.promise, { clock, timeoutMs: LIMIT_MS, what, signal });
  } catch (error) {
    throw SlipstreamError.is(error, 'TIMEOUT') ? disconnectedError(what) : error;
  } finally {
    for (const cancel of cancels) cancel();
  }
}
