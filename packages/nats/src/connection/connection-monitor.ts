import type { NatsConnection, Status } from '@nats-io/nats-core';
import { type Cancel, closedError } from '@slipstream/core';
import { connectionClosedError, disconnectedError } from '../nats-errors.js';
import { dropStaleLine } from './stale-line.js';

/** What the server refused: a publish or a subscription, with its subject. */
export interface PermissionDenied {
  readonly error: Error;
  readonly operation: string;
  readonly subject: string;
}

/** The server's words for a subscription beyond `max_subscriptions`, its own or the account's. */
const SUBSCRIPTION_LIMIT = 'maximum subscriptions exceeded';

/**
 * Follows the state of a connection. The client reconnects by itself and drops pending answers, so everything that waits
 * for one has to learn of a loss at once, instead of running into its timeout.
 */
export class ConnectionMonitor {
  readonly #connection: NatsConnection;
  readonly #lost = new Set<(error: Error) => void>();
  readonly #reconnected = new Set<() => void>();
  readonly #denied = new Set<(denied: PermissionDenied) => void>();
  readonly #limited = new Set<(error: Error) => void>();
  #isConnected: boolean;
  #isStopped = false;
  #closeReason: unknown;
  #stopStatus: () => void = () => undefined;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#isConnected = connection.info !== undefined && !connection.isClosed();
  }

  /** Begins to follow; {@link stop} ends it. */
  start(): void {
    const statuses = this.#connection.status();
    // The client's iterator has a `stop` that its type does not show; `return` would wait for the next event.
    if ('stop' in statuses && typeof statuses.stop === 'function') {
      this.#stopStatus = statuses.stop.bind(statuses);
    }
    void this.#follow(statuses);
  }

  get isConnected(): boolean {
    return this.#isConnected && !this.#connection.isClosed();
  }

  /** Why nothing can be sent now; `undefined` when it can. */
  refusal(what: string): Error | undefined {
    if (this.#connection.isClosed()) return connectionClosedError(what, this.#closeReason);
    if (this.#connection.isDraining()) return closedError('the connection to NATS');
    return this.#isConnected ? undefined : disconnectedError(what);
  }

  /** Calls `listener` each time that the connection goes down. */
  onLost(listener: (error: Error) => void): Cancel {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  /** Calls `listener` each time that the connection is back. */
  onReconnected(listener: () => void): Cancel {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  /** Calls `listener` each time that the server refuses an operation: it does so apart from any answer. */
  onDenied(listener: (denied: PermissionDenied) => void): Cancel {
    this.#denied.add(listener);
    return () => this.#denied.delete(listener);
  }

  /** Calls `listener` each time that the server refuses a subscription as one too many. It does not say which one. */
  onSubscriptionLimit(listener: (error: Error) => void): Cancel {
    this.#limited.add(listener);
    return () => this.#limited.delete(listener);
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopStatus();
    this.#lost.clear();
    this.#reconnected.clear();
    this.#denied.clear();
    this.#limited.clear();
  }

  async #follow(statuses: AsyncIterable<Status>): Promise<void> {
    for await (const status of statuses) {
      if (this.#isStopped) return;
      this.#accept(status);
    }
    if (this.#isStopped) return;
    // Not awaited from the start: a waiter is kept for as long as the connection lives, which may be the application's,
    // used by many clients in turn.
    this.#closeReason = (await this.#connection.closed()) ?? undefined;
    this.#lose(connectionClosedError('NATS', this.#closeReason));
  }

  #accept(status: Status): void {
    if (status.type === 'disconnect') this.#lose(disconnectedError('NATS'));
    else if (status.type === 'reconnect') this.#regain();
    else if (status.type === 'staleConnection') dropStaleLine(this.#connection);
    else if (status.type === 'error') this.#refuse(status.error);
  }

  #lose(error: Error): void {
    this.#isConnected = false;
    for (const listener of [...this.#lost]) listener(error);
  }

  #regain(): void {
    this.#isConnected = true;
    for (const listener of [...this.#reconnected]) listener();
  }

  #refuse(error: Error): void {
    if (error.name === 'PermissionViolationError') this.#deny(error);
    else if (error.message === SUBSCRIPTION_LIMIT) {
      for (const listener of [...this.#limited]) listener(error);
    }
  }

  #deny(error: Error): void {
    const operation = String(Reflect.get(error, 'operation'));
    const subject = String(Reflect.get(error, 'subject'));
    for (const listener of [...this.#denied]) listener({ error, operation, subject });
  }
}
