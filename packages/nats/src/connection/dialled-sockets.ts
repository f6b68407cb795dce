import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** Node.js reports every socket there that is about to connect. */
const CHANNEL = 'net.client.socket';

/**
 * Runs `dial`, and destroys the sockets that it leaves behind when it fails. The client keeps the socket of a peer that
 * accepts a connection and sends nothing: each attempt would leak a file descriptor, and an open socket keeps the process
 * alive.
 *
 * @param signal - When it fires, the sockets that are being dialled are destroyed.
 */
export async function dialWithoutLeftovers<T>(
  dial: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const sockets = new Set<Socket>();
  // Other code dials at the same time, so the context in which a socket is created matters.
  const storage = new AsyncLocalStorage<true>();
  const onSocket = (message: unknown): void => {
    if (storage.getStore() !== true || !hasSocket(message)) return;
    sockets.add(message.socket);
    // It is reported before it connects, which would revive a socket that was destroyed by then.
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
    // In Node.js before 24, an enabled storage slows down every promise of the process.
    storage.disable();
  }
}

function hasSocket(message: unknown): message is { readonly socket: Socket } {
  return (
    typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket
  );
}
