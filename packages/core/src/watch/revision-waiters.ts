import type { VersionToken } from '../cursor/version-token.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';
import { abortedError, SlipstreamError } from '../errors/slipstream-error.js';

interface Waiter {
  readonly revision: bigint;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Callers waiting for a revision to be applied. */
export class RevisionWaiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves once {@link advance} passes `version`. @throws `UNSUPPORTED`, `ABORTED`, or what {@link end} got */
  wait(version: VersionToken, signal?: AbortSignal): Promise<void> {
    const { revision } = version;
    if (revision === undefined) {
      throw new SlipstreamError(
        'UNSUPPORTED',
        `version ${version} is not a revision, so waitFor cannot tell when it has been passed`,
      );
    }
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortedError(signal, `waiting for revision ${revision}`));
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        if (signal !== undefined) reject(abortedError(signal, `waiting for revision ${revision}`));
      };
      const leave = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        revision,
        resolve: () => {
          leave();
          resolve();
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Resolves every waiter whose revision `cursor` has reached. */
  advance(cursor: WatchCursor): void {
    if (this.#waiters.size === 0) return;
    const applied = cursor.revision;
    if (applied === undefined) return;
    for (const waiter of this.#waiters) if (waiter.revision <= applied) waiter.resolve();
  }

  /** Nothing will be applied any more. */
  end(error: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
