import type { NatsConnection } from '@nats-io/transport-node';

/** The part of a consumer's state that is read here. */
interface ConsumerInfo {
  readonly config: { readonly deliver_policy: string; readonly opt_start_seq?: number };
  readonly delivered: { readonly consumer_seq: number };
}

/** What the server answers to a question for a stream's consumers: a page of them, or an error. */
interface ConsumerPage {
  readonly consumers?: readonly ConsumerInfo[];
  readonly error?: { readonly description: string };
}

/**
 * The messages that nats-server has delivered to the consumers of a bucket that started right after
 * `revision`, by its own count. One page of them is enough: there are a few per node.
 */
export async function countConsumerDeliveries(
  connection: NatsConnection,
  bucket: string,
  revision: number,
): Promise<number> {
  const reply = await connection.request(`$JS.API.CONSUMER.LIST.KV_${bucket}`, '{"offset":0}');
  const { consumers = [], error } = reply.json<ConsumerPage>();
  if (error !== undefined) throw new Error(`bucket ${bucket}: ${error.description}`);
  return consumers
    .filter(({ config }) => config.deliver_policy === 'by_start_sequence')
    .filter(({ config }) => config.opt_start_seq === revision + 1)
    .reduce((sum, { delivered }) => sum + delivered.consumer_seq, 0);
}
