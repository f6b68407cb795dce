import { connect } from '@nats-io/transport-node';
import type { StreamInfo } from '../../src/jetstream/jetstream-types.js';

/** Raw requests to a server, apart from the code under test. */
export class ServerAdmin implements AsyncDisposable {
  readonly connection: Awaited<ReturnType<typeof connect>>;

  private constructor(connection: Awaited<ReturnType<typeof connect>>) {
    this.connection = connection;
  }

  static async connect(url: string, user: { user?: string; pass?: string } = {}): Promise<ServerAdmin> {
    const options = { servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100, ...user };
    return new ServerAdmin(await connect(options));
  }

  /** The answer to a request below `$JS.API`. @throws {Error} with the server's description */
  async api<T>(operation: string, question?: object): Promise<T> {
    const payload = question === undefined ? '' : JSON.stringify(question);
    const message = await this.connection.request(`$JS.API.${operation}`, payload, { timeout: 10_000 });
    const answer = message.json<T & { error?: { description: string } }>();
    if (answer.error !== undefined) throw new Error(`${operation}: ${answer.error.description}`);
    return answer;
  }

  streamInfo(bucket: string): Promise<StreamInfo> {
    return this.api(`STREAM.INFO.KV_${bucket}`);
  }

  /** Writes a value as any client would. */
  async put(bucket: string, key: string, value: string): Promise<void> {
    await this.connection.request(`$KV.${bucket}.${key}`, value, { timeout: 10_000 });
  }

  async consumerNames(bucket: string): Promise<string[]> {
    const { consumers } = await this.api<{ consumers: string[] | null }>(`CONSUMER.NAMES.KV_${bucket}`);
    return consumers ?? [];
  }

  async deleteBucket(bucket: string): Promise<void> {
    await this.api(`STREAM.DELETE.KV_${bucket}`);
  }

  /** Drops every message below `revision`, as a limit would. */
  async evictBefore(bucket: string, revision: bigint | number): Promise<void> {
    await this.api(`STREAM.PURGE.KV_${bucket}`, { seq: Number(revision) });
  }

  /** Drops every message of a key. */
  async forget(bucket: string, key: string): Promise<void> {
    await this.api(`STREAM.PURGE.KV_${bucket}`, { filter: `$KV.${bucket}.${key}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.close();
  }
}
