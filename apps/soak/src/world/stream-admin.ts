import type { NatsConnection } from '@nats-io/transport-node';

/** What the soak does to buckets behind the back of all clients, by the server's own interface. */
export class StreamAdmin {
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  /** Removes what the log has of `key` up to `revision` without a trace, as `purgeDeletes` of clients does. */
  async forget(bucket: string, key: string, revision: number): Promise<void> {
    const question = { filter: `$KV.${bucket}.${key}`, seq: revision + 1 };
    await this.#request(`STREAM.PURGE.KV_${bucket}`, question);
  }

  async consumersOf(bucket: string): Promise<readonly string[]> {
    const { consumers } = (await this.#request(`CONSUMER.NAMES.KV_${bucket}`, {})) as {
      consumers?: string[];
    };
    return consumers ?? [];
  }

  async deleteConsumer(bucket: string, consumer: string): Promise<void> {
    await this.#request(`CONSUMER.DELETE.KV_${bucket}.${consumer}`, {});
  }

  async #request(subject: string, question: object): Promise<unknown> {
    const reply = await this.#connection.request(`$JS.API.${subject}`, JSON.stringify(question), {
      timeout: 3_000,
    });
    return reply.json();
  }
}
