import { closedError } from '../errors/slipstream-error.js';
import type { Resource } from './resource.js';

/**
 * What one resource owns. Closing the scope closes its members, the latest first, all of them
 * however many fail, and refuses new members from then on. None waits for another: each would wait for the same silent
 * peer.
 */
export class ResourceScope implements Resource {
  readonly #name: string;
  readonly #members = new Set<Resource>();
  #closing: Promise<void> | undefined;

  /** @param name - What the scope belongs to, for messages. */
  constructor(name: string) {
    this.#name = name;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** @throws `CLOSED` once the scope is closing or closed. */
  assertOpen(): void {
    if (this.isClosed) throw closedError(this.#name);
  }

  /**
   * Makes `member` part of the scope; returns the function that takes it out again.
   * @throws `CLOSED` once the scope is closing or closed.
   */
  attach(member: Resource): () => void {
    this.assertOpen();
    this.#members.add(member);
    return () => void this.#members.delete(member);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeMembers();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeMembers(): Promise<void> {
    const closings = [...this.#members].reverse().map(async (member) => member.close());
    const outcomes = await Promise.allSettled(closings);
    this.#members.clear();
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1)
      throw new AggregateError(failures, `${this.#name}: ${failures.length} closes failed`);
  }
}
