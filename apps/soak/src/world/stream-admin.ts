import { headers, type NatsConnection } from '@nats-io/transport-node';

/** A change of a batch; `undefined` deletes. */
export interface BatchChange {
  readonly key: string;
  readonly value: string | undefined;
}

const REQUEST_TIMEOUT_MS = 3_000;
const STREAM_NOT_FOUND = 10_059;

interface Answer {
  readonly error?: { readonly err_code?: number; readonly description?: string };
}

/** What the soak does to buckets unnoticed by all clients, through the server's own API. */
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
    const { consumers } = await this.#request<{ consumers?: string[] }>(`CONSUMER.NAMES.KV_${bucket}`);
    return consumers ?? [];
  }

  async deleteConsumer(bucket: string, consumer: string): Promise<void> {
    await this.#request(`CONSUMER.DELETE.KV_${bucket}.${consumer}`);
  }

  /** Removes a bucket, if it is there. */
  async deleteBucket(bucket: string): Promise<void> {
    const { error } = await this.#request<Answer>(`STREAM.DELETE.KV_${bucket}`);
    if (error !== undefined && error.err_code !== STREAM_NOT_FOUND) throw new Error(error.description);
  }

  /** Lets a bucket take atomic batches; needs nats-server 2.12. */
  async allowBatches(bucket: string): Promise<void> {
    const { config } = await this.#request<{ config: object }>(`STREAM.INFO.KV_${bucket}`);
    const { error } = await this.#request<Answer>(`STREAM.UPDATE.KV_${bucket}`, {
      ...config,
      allow_atomic: true,
    });
    if (error !== undefined) throw new Error(error.description);
  }

  /** Writes all or nothing; resolves to the revision of the last change, which follow each other. */
  async writeBatch(bucket: string, id: string, changes: readonly BatchChange[]): Promise<number> {
    for (const [index, { key, value }] of changes.entries()) {
      const head = headers();
      head.set('Nats-Batch-Id', id);
      head.set('Nats-Batch-Sequence', String(index + 1));
      if (value === undefined) head.set('KV-Operation', 'DEL');
      const subject = `$KV.${bucket}.${key}`;
      if (index < changes.length - 1) {
        this.#connection.publish(subject, value, { headers: head });
        continue;
      }
      head.set('Nats-Batch-Commit', '1');
      const options = { headers: head, timeout: REQUEST_TIMEOUT_MS };
      const reply = await this.#connection.request(subject, value, options);
      const { seq, error } = reply.json<Answer & { seq?: number }>();
      // A server that is being stopped answers with revision 0, and has written nothing.
      if (!seq) throw new Error(error?.description ?? 'the batch has no revision');
      return seq;
    }
    throw new RangeError('a batch has no changes');
  }

  async #request<T>(subject: string, question: object = {}): Promise<T> {
    const options = { timeout: REQUEST_TIMEOUT_MS };
    const reply = await this.#connection.request(`$JS.API.${subject}`, JSON.stringify(question), options);
    return reply.json<T>();
  }
}
