import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** Node.js tells there of every socket that is about to connect. */
const CHANNEL = 'net.client.socket';

/**
 * Runs `dial`, and destroys the sockets that it leaves behind when it fails. The client keeps that of a peer which
 * accepts a connection and says nothing: each attempt would cost a file descriptor for good, and one that is left
 * keeps the process from ending.
 *
 * @param signal - When it fires, what is being dialled is given up, whatever comes of it.
 */
export async function dialWithoutLeftovers<T>(
  dial: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const sockets = new Set<Socket>();
  // Others dial at the same time, so what matters is from where a socket is made.
  const storage = new AsyncLocalStorage<true>();
  const onSocket = (message: unknown): void => {
    if (storage.getStore() !== true || !hasSocket(message)) return;
    sockets.add(message.socket);
    // It is told of before it connects, which would bring one back that was destroyed by then.
    if (signal?.aborted) process.nextTick(destroyAll);
  };
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  subscribe(CHANNEL, onSocket);
  signal?.addEventListener('abort', destroyAll, { once: true });
  try {
    return await storage.run(true, dial);
  } catch (error) {
    destroyAll();
    throw error;
  } finally {
    signal?.removeEventListener('abort', destroyAll);
    unsubscribe(CHANNEL, onSocket);
    // In Node.js before 24, one that is in use makes every promise of the process slower.
    storage.disable();
  }
}

function hasSocket(message: unknown): message is { readonly socket: Socket } {
  return (
    typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket
  );
}
