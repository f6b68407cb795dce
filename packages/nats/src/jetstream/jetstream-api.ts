import type { Msg } from '@nats-io/nats-core';
import type { RequestChannel, RequestOptions } from '../connection/request-channel.js';
import { foreignAnswerError, jetStreamError } from '../nats-errors.js';
import { isJetStreamError, type JetStreamApiError, jetStreamErrorCode } from './jetstream-error-code.js';
import type {
  ConsumerConfig,
  ConsumerInfo,
  PublishAnswer,
  StoredMessage,
  StreamConfig,
  StreamInfo,
  SubjectPage,
} from './jetstream-types.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NO_BYTES = new Uint8Array(0);
const NOT_FOUND = 404;

/**
 * The requests of JetStream's API that a bucket and its watches need. The client's own layer hides parts of the answers
 * (the clock of `STREAM.INFO`, the pending count of a new consumer), asks the nearest replica, and has no `AbortSignal`.
 */
export class JetStreamApi {
  readonly #channel: RequestChannel;
  readonly #prefix: string;

  /** @param domain - The JetStream domain; `undefined`: the one of the connected server. */
  constructor(channel: RequestChannel, domain: string | undefined) {
    this.#channel = channel;
    this.#prefix = domain === undefined ? '$JS.API' : `$JS.${domain}.API`;
  }

  /** Always answered by the stream's leader. @throws `NOT_FOUND` */
  streamInfo(stream: string, options: RequestOptions): Promise<StreamInfo> {
    return this.#call(`STREAM.INFO.${stream}`, undefined, options);
  }

  /** One page of the subjects that a stream has messages of, from `offset` on, in no promised order. */
  async streamSubjects(
    stream: string,
    filter: string,
    offset: number,
    options: RequestOptions,
  ): Promise<SubjectPage> {
    const question = { subjects_filter: filter, offset };
    const answer = await this.#call<StreamInfo & { total?: number }>(
      `STREAM.INFO.${stream}`,
      question,
      options,
    );
    const subjects = Object.keys(answer.state.subjects ?? {});
    return { subjects, total: answer.total ?? subjects.length };
  }

  /** @throws `ALREADY_EXISTS` when a stream of that name has another configuration. */
  createStream(config: StreamConfig, options: RequestOptions): Promise<StreamInfo> {
    return this.#call(`STREAM.CREATE.${config.name}`, config, options);
  }

  /** The last message of `subject`, as the stream's leader has it. */
  lastMessage(stream: string, subject: string, options: RequestOptions): Promise<StoredMessage | undefined> {
    return this.#storedMessage(stream, { last_by_subj: subject }, options);
  }

  /** The message with a sequence, as the stream's leader has it; `undefined` when it is gone. */
  message(stream: string, sequence: number, options: RequestOptions): Promise<StoredMessage | undefined> {
    return this.#storedMessage(stream, { seq: sequence }, options);
  }

  /** The last message of `subject`, as the replica that answers first has it; it may lag. */
  async lastMessageNearby(
    stream: string,
    subject: string,
    options: RequestOptions,
  ): Promise<Msg | undefined> {
    const message = await this.#channel.request(
      `${this.#prefix}.DIRECT.GET.${stream}.${subject}`,
      NO_BYTES,
      options,
    );
    const status = message.headers?.code ?? 0;
    if (status === 0) return message;
    if (status === NOT_FOUND) return undefined;
    const description = message.headers?.description ?? '';
    throw jetStreamError({ code: status, err_code: 0, description }, options.what);
  }

  createConsumer(stream: string, config: ConsumerConfig, options: RequestOptions): Promise<ConsumerInfo> {
    // The filter is part of the subject when there is one only, so that permissions can be tied to it.
    const filter = config.filter_subject === undefined ? '' : `.${config.filter_subject}`;
    const question = { stream_name: stream, config, action: 'create' };
    return this.#call(`CONSUMER.CREATE.${stream}.${config.name}${filter}`, question, options);
  }

  consumerInfo(stream: string, consumer: string, options: RequestOptions): Promise<ConsumerInfo> {
    return this.#call(`CONSUMER.INFO.${stream}.${consumer}`, undefined, options);
  }

  async deleteConsumer(stream: string, consumer: string, options: RequestOptions): Promise<void> {
    await this.#call(`CONSUMER.DELETE.${stream}.${consumer}`, undefined, options);
  }

  /** Publishes to a stream and resolves once the stream has stored it. */
  async publish(subject: string, payload: Uint8Array, options: RequestOptions): Promise<PublishAnswer> {
    const answer = readAnswer<PublishAnswer>(
      await this.#channel.request(subject, payload, options),
      options.what,
    );
    if (!Number.isInteger(answer.seq)) throw foreignAnswerError(options.what);
    return answer;
  }

  async #storedMessage(
    stream: string,
    question: { readonly seq: number } | { readonly last_by_subj: string },
    options: RequestOptions,
  ): Promise<StoredMessage | undefined> {
    try {
      const answer = await this.#call<{ message: StoredMessage }>(
        `STREAM.MSG.GET.${stream}`,
        question,
        options,
      );
      return answer.message;
    } catch (error) {
      if (isJetStreamError(error, jetStreamErrorCode.NoMessageFound)) return undefined;
      throw error;
    }
  }

  async #call<T>(operation: string, question: object | undefined, options: RequestOptions): Promise<T> {
    const payload = question === undefined ? NO_BYTES : encoder.encode(JSON.stringify(question));
    const message = await this.#channel.request(`${this.#prefix}.${operation}`, payload, options);
    return readAnswer<T>(message, options.what);
  }
}

function readAnswer<T>(message: Msg, what: string): T {
  const answer = parseAnswer<T>(message.data);
  if (answer === undefined) throw foreignAnswerError(what);
  if (answer.error !== undefined) throw jetStreamError(answer.error, what);
  return answer;
}

/** `undefined`: JetStream did not write that. */
function parseAnswer<T>(data: Uint8Array): (T & { error?: JetStreamApiError }) | undefined {
  try {
    const answer: unknown = JSON.parse(decoder.decode(data));
    return typeof answer === 'object' && answer !== null ? (answer as T & object) : undefined;
  } catch {
    return undefined;
  }
}
