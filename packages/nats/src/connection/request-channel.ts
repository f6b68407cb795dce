import {
  createInbox,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/nats-core';
import { abortedError, type Clock, closedError, SlipstreamError } from '@slipstream/core';
import { noRespondersError, requestError, subscriptionLimitError } from '../nats-errors.js';
import type { ConnectionMonitor } from './connection-monitor.js';
import { assertSendable } from './message-limits.js';

/** What a channel needs to know. */
export interface RequestChannelOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly inboxPrefix: string | undefined;
}

/** One request. */
export interface RequestOptions {
  /** What is asked for, for messages: `bucket routes: put a.b`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: MsgHdrs | undefined;
  /** Waits this long instead of the channel's timeout. */
  readonly timeoutMs?: number | undefined;
}

interface Waiting {
  readonly subject: string;
  readonly what: string;
  answer(message: Msg): void;
  fail(error: Error): void;
}

const NO_RESPONDERS = 503;

/**
 * Requests over one reply subscription. Unlike the client's, they also end with an `AbortSignal`, leave no timer behind,
 * and fail as soon as the connection drops: the answer can no longer come.
 */
export class RequestChannel {
  readonly #connection: NatsConnection;
  readonly #monitor: ConnectionMonitor;
  readonly #options: RequestChannelOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #inbox: string;
  readonly #cancels: (() => void)[] = [];
  #subscription: Subscription | undefined;
  #requests = 0;
  /** Whether an answer has come since the connection was made: the server has the subscription. */
  #isHeard = false;

  constructor(connection: NatsConnection, monitor: ConnectionMonitor, options: RequestChannelOptions) {
    this.#connection = connection;
    this.#monitor = monitor;
    this.#options = options;
    this.#inbox = `${createInbox(options.inboxPrefix)}.`;
  }

  start(): void {
    this.#subscribe();
    this.#cancels.push(
      this.#monitor.onLost((error) => {
        this.#isHeard = false;
        for (const waiting of [...this.#waiting.values()]) {
          waiting.fail(lostInFlight(waiting.what, error));
        }
      }),
      this.#monitor.onDenied(({ error, operation, subject }) => {
        if (operation !== 'publish') return;
        for (const waiting of [...this.#waiting.values()]) {
          if (waiting.subject === subject) waiting.fail(requestError(error, waiting.what));
        }
      }),
      this.#monitor.onSubscriptionLimit((error) => {
        if (this.#isHeard) return;
        // The next request subscribes again.
        this.#subscription?.unsubscribe();
        for (const waiting of [...this.#waiting.values()]) {
          waiting.fail(subscriptionLimitError(waiting.what, error));
        }
      }),
    );
  }

  /**
   * Sends `payload` to `subject` and resolves to the answer.
   * @throws `TIMEOUT`, `ABORTED`, `UNAVAILABLE`, `UNAUTHORIZED`, `CLOSED`; `LIMIT_EXCEEDED` when it is too large for
   * the server, or the connection has too many subscriptions to be answered
   */
  request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<Msg> {
    const { what, signal, headers } = options;
    const { clock, timeoutMs } = this.#options;
    const limitMs = options.timeoutMs ?? timeoutMs;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortedError(signal, what));
      const refusal = this.#monitor.refusal(what);
      if (refusal !== undefined) return reject(refusal);
      const token = (this.#requests++).toString(36);
      const reply = `${this.#inbox}${token}`;
      const maxPayload = this.#connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
      assertSendable({ what, subject, reply, payload, headers }, maxPayload);

      const settle = (): void => {
        this.#waiting.delete(token);
        cancelTimer();
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const onAbort = (): void => {
        if (signal !== undefined) fail(abortedError(signal, what));
      };
      const cancelTimer = clock.after(limitMs, () =>
        fail(new SlipstreamError('TIMEOUT', `${what}: no answer within ${limitMs} ms`)),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      const answer = (message: Msg): void => {
        settle();
        resolve(message);
      };
      this.#waiting.set(token, { subject, what, answer, fail });
      try {
        // The server refused it before, which ended it, and may allow it now.
        if (this.#subscription?.isClosed()) this.#subscribe();
        this.#connection.publish(subject, payload, headers === undefined ? { reply } : { reply, headers });
      } catch (error) {
        fail(requestError(error, what));
      }
    });
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
    for (const waiting of [...this.#waiting.values()]) waiting.fail(closedError('the connection to NATS'));
    if (!this.#connection.isClosed()) this.#subscription?.unsubscribe();
  }

  #subscribe(): void {
    this.#subscription = this.#connection.subscribe(`${this.#inbox}*`, {
      callback: (error, message) => this.#receive(error, message),
    });
  }

  #receive(error: Error | null, message: Msg): void {
    // The server refused the reply subscription itself: no request can ever be answered.
    if (error !== null) {
      for (const waiting of [...this.#waiting.values()]) waiting.fail(requestError(error, waiting.what));
      return;
    }
    this.#isHeard = true;
    const waiting = this.#waiting.get(message.subject.slice(this.#inbox.length));
    if (waiting === undefined) return;
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      waiting.fail(noRespondersError(waiting.subject, waiting.what));
    } else {
      waiting.answer(message);
    }
  }
}

function lostInFlight(what: string, error: Error): SlipstreamError {
  const code = SlipstreamError.is(error) ? error.code : 'UNAVAILABLE';
  return new SlipstreamError(code, `${what}: the connection was lost before the answer came`, {
    cause: error,
    hint: 'Whether a write took effect is unknown; read the key before repeating it.',
  });
}
