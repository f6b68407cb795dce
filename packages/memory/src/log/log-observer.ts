import type { LogMessage } from './log-message.js';

/** An observer of a {@link BoundedLog}: called for every change, in order, synchronously. */
export interface LogObserver {
  /** @param previous - What was the key's last message until now, if it is retained. */
  appended(message: LogMessage, previous: LogMessage | undefined): void;
  /**
   * @param wasLast - The log has no message of the key any more: a watch that has not read this one will never learn what
   * happened to the key. Otherwise a newer message of the key replaces it.
   */
  dropped(message: LogMessage, wasLast: boolean): void;
  /** The log has ended; nothing else follows. */
  ended(error: unknown): void;
}
