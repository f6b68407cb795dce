/**
 * Resolves in a later turn of the event loop, once the microtasks, timers and I/O that are due have had theirs. A
 * message to oneself: every platform has it, and unlike a timer it is not delayed.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const turned = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', turned, { once: true });
    port1.start();
    port2.postMessage(undefined);
  });
}
