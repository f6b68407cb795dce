import type { LogMessage } from './log-message.js';

/** What follows a {@link BoundedLog}: told of every change, in order, synchronously. */
export interface LogObserver {
  /** @param previous - What was the key's last message until now, if it is retained. */
  appended(message: LogMessage, previous: LogMessage | undefined): void;
  /**
   * @param wasLast - The log has nothing of the key any more: whoever has not read the message will never
   * learn what happened to the key. Otherwise a newer message of the key makes up for it.
   */
  dropped(message: LogMessage, wasLast: boolean): void;
  /** The log is no more; nothing else follows. */
  ended(error: unknown): void;
}
