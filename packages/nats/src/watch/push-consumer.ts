import { createInbox, type Msg, nuid, type Subscription } from '@nats-io/nats-core';
import { type Cancel, SlipstreamError } from '@slipstream/core';
import { AckSubjectReader } from '../jetstream/ack-subject.js';
import { isJetStreamError, jetStreamErrorCode } from '../jetstream/jetstream-error-code.js';
import { ascii, headerValue, statusCode, statusText } from '../jetstream/message-headers.js';
import type { NatsContext } from '../nats-context.js';
import { misplacedHeadersError, requestError, subscriptionLimitError } from '../nats-errors.js';
import { ClientMessageReader } from '../wire/client-message.js';
import { MessageFrame } from '../wire/message-frame.js';
import { type PushConsumerOptions, pushConsumerConfig } from './push-consumer-config.js';
import type { PushConsumerSink } from './push-consumer-sink.js';
import { SilenceAlarm } from './silence-alarm.js';

/** How far the server has come with a consumer. */
export interface ConsumerProgress {
  /** The last sequence of the stream that it has scanned. */
  readonly streamSequence: number;
  /** Messages that wait for delivery. */
  readonly pending: number;
}

const LAST_CONSUMER = ascii('Nats-Last-Consumer');
const LAST_STREAM = ascii('Nats-Last-Stream');
const STALLED = ascii('Nats-Consumer-Stalled');

const CONTROL_STATUS = 100;
/** Asking why the server is silent may take only a part of a heartbeat: it may be dead. */
const REASON_TIMEOUT_MS = 500;
const REASONS_PER_HEARTBEAT = 4;
/** The server removes a consumer without a subscriber by itself; asking for that may take only this long. */
const DELETE_TIMEOUT_MS = 2_000;

/**
 * An ordered, flow-controlled push consumer. The client's own has no backpressure (it answers flow control at once
 * and queues without bound), takes 90 seconds to notice that it was deleted, and re-creates itself every 30 seconds
 * afterwards.
 *
 * Every delivery must carry the next consumer sequence. A gap, silence for two heartbeats or a lost
 * connection ends it with one error; what was delivered before that is contiguous.
 */
export class PushConsumer {
  readonly #context: NatsContext;
  readonly #options: PushConsumerOptions;
  readonly #sink: PushConsumerSink;
  readonly #name = `slipstream-${nuid.next()}`;
  readonly #inbox: string;
  readonly #ack = new AckSubjectReader();
  readonly #messages = new ClientMessageReader();
  readonly #frame = new MessageFrame();
  readonly #silence: SilenceAlarm;
  #subscription: Subscription | undefined;
  #leaveWire: Cancel = () => undefined;
  #cancels: readonly Cancel[] = [];
  /** The subject last published to answer flow control. */
  #answered = '';
  #delivered = 0;
  #isCreated = false;
  #isHeard = false;
  /** Why the server may not have the subscription. */
  #subscriptionLimit: Error | undefined;
  #isEnded = false;

  constructor(context: NatsContext, options: PushConsumerOptions, sink: PushConsumerSink) {
    this.#context = context;
    this.#options = options;
    this.#sink = sink;
    this.#inbox = createInbox(context.inboxPrefix);
    this.#silence = new SilenceAlarm(context.clock, options.heartbeatMs, () => void this.#reportSilence());
  }

  /** Creates the consumer; resolves to how many messages wait for it. Deliveries may come before that. */
  async create(what: string, signal: AbortSignal): Promise<number> {
    const { connection, monitor, api, tap } = this.#context;
    const refusal = monitor.refusal(what);
    if (refusal !== undefined) throw refusal;
    const subscription = connection.subscribe(this.#inbox, {
      callback: (error, message) => this.#receive(error, message),
    });
    this.#subscription = subscription;
    if (tap !== undefined) {
      this.#leaveWire = tap.route(subscription.getID(), (frame) => this.#accept(frame));
    }
    this.#cancels = [
      monitor.onLost((error) => this.#fail(connectionLost(this.#options.bucket, error))),
      monitor.onDenied(({ error, operation, subject }) => {
        // The server would wait for the answer without end, and keep sending heartbeats.
        const isAnswer = operation === 'publish' && subject === this.#answered;
        if (isAnswer) this.#fail(requestError(error, `bucket ${this.#options.bucket}: watch: flow control`));
      }),
      monitor.onSubscriptionLimit((error) => {
        this.#subscriptionLimit ??= error;
        if (this.#isCreated) void this.#checkSubscription();
      }),
    ];
    const created = await api.createConsumer(
      this.#options.stream,
      pushConsumerConfig(this.#name, this.#inbox, this.#options),
      { what, signal },
    );
    this.#isCreated = true;
    if (!this.#isEnded) this.#silence.start();
    if (this.#subscriptionLimit !== undefined) void this.#checkSubscription();
    return created.num_pending;
  }

  /** How far the server has come; `undefined` while something that it has delivered is in flight. */
  async progress(signal: AbortSignal): Promise<ConsumerProgress | undefined> {
    const { bucket, stream, heartbeatMs } = this.#options;
    const request = { what: `bucket ${bucket}: watch`, timeoutMs: heartbeatMs, signal };
    const { delivered, num_pending } = await this.#context.api.consumerInfo(stream, this.#name, request);
    if (delivered.consumer_seq > this.#delivered) return undefined;
    return { streamSequence: delivered.stream_seq, pending: num_pending };
  }

  /** Lets the server continue sending. */
  answerFlowControl(subject: string): void {
    const { connection, monitor } = this.#context;
    if (this.#isEnded || !monitor.isConnected) return;
    this.#answered = subject;
    connection.publish(subject);
  }

  /** Stops receiving and removes the consumer from the server, if that is possible soon. */
  async delete(): Promise<void> {
    this.#end();
    const { connection, monitor, api } = this.#context;
    if (this.#subscription === undefined || connection.isClosed()) return;
    this.#subscription.unsubscribe();
    if (!monitor.isConnected) return;
    const request = { what: 'deleting a consumer', timeoutMs: DELETE_TIMEOUT_MS };
    await api.deleteConsumer(this.#options.stream, this.#name, request).catch(() => undefined);
  }

  /** What the client hands over: errors of the subscription, and messages where the wire is not tapped. */
  #receive(error: Error | null, message: Msg): void {
    if (this.#isEnded) return;
    if (error !== null) this.#fail(requestError(error, `bucket ${this.#options.bucket}: watch`));
    else if (this.#messages.read(message, this.#frame)) this.#accept(this.#frame);
    else this.#fail(misplacedHeadersError(`bucket ${this.#options.bucket}: watch`));
  }

  #accept(frame: MessageFrame): void {
    if (this.#isEnded) return;
    try {
      this.#read(frame);
    } catch (error) {
      // Thrown into the wire reader, it would end the connection, which others use as well.
      this.#fail(SlipstreamError.from(error, 'INTERNAL'));
    }
  }

  #read(frame: MessageFrame): void {
    this.#isHeard = true;
    this.#silence.heard();
    const { headers } = frame;
    const status = headers.length === 0 ? 0 : statusCode(headers);
    const ack = this.#ack;
    if (status !== 0) {
      this.#receiveStatus(status, frame.reply, headers);
    } else if (!ack.read(frame.line, frame.replyStart, frame.replyEnd)) {
      this.#fail(this.#broken(`a message has no ack subject (${frame.reply})`));
    } else if (ack.consumerSequence !== this.#delivered + 1) {
      this.#failAtGap(ack.consumerSequence);
    } else {
      this.#delivered = ack.consumerSequence;
      this.#sink.delivered(frame, headers, ack);
    }
  }

  #receiveStatus(status: number, reply: string, headers: Uint8Array): void {
    if (status !== CONTROL_STATUS) {
      this.#fail(this.#broken(`the server said: ${status} ${statusText(headers)}`));
    } else if (reply !== '') {
      this.#sink.flowControl(reply);
    } else {
      this.#receiveHeartbeat(headers);
    }
  }

  #receiveHeartbeat(headers: Uint8Array): void {
    const last = Number(headerValue(headers, LAST_CONSUMER) ?? 0);
    if (last > this.#delivered) {
      this.#failAtGap(last + 1);
      return;
    }
    if (last < this.#delivered) {
      this.#fail(this.#broken('the server re-created the consumer'));
      return;
    }
    const stalled = headerValue(headers, STALLED);
    // If the request itself was lost, this is the second chance to answer it.
    if (stalled !== undefined) this.#sink.flowControl(stalled);
    this.#sink.heartbeat({
      streamSequence: Number(headerValue(headers, LAST_STREAM) ?? 0),
      isStalled: stalled !== undefined,
    });
  }

  #failAtGap(arrived: number): void {
    this.#fail(this.#broken(`message ${arrived} of the consumer came after message ${this.#delivered}`));
  }

  /** A subscription was refused: this one, if the server has no subscriber for the consumer. */
  async #checkSubscription(): Promise<void> {
    if (this.#isHeard) return;
    const { bucket, stream, heartbeatMs } = this.#options;
    const request = { what: `bucket ${bucket}: watch`, timeoutMs: heartbeatMs };
    // Where the user may not ask that, the watch ends when no heartbeat has come.
    const info = await this.#context.api.consumerInfo(stream, this.#name, request).catch(() => undefined);
    if (info !== undefined && info.push_bound !== true) this.#failWithoutSubscription();
  }

  #failWithoutSubscription(): void {
    const cause = this.#subscriptionLimit;
    if (cause === undefined || this.#isHeard) return;
    this.#fail(subscriptionLimitError(`bucket ${this.#options.bucket}: watch`, cause));
  }

  /** Asks the server why it is silent; the watch ends with the answer. */
  async #reportSilence(): Promise<void> {
    this.#failWithoutSubscription();
    if (this.#isEnded) return;
    const { bucket, stream, heartbeatMs } = this.#options;
    const timeoutMs = Math.max(REASON_TIMEOUT_MS, heartbeatMs / REASONS_PER_HEARTBEAT);
    const request = { what: `bucket ${bucket}: watch`, timeoutMs };
    const silence = `no heartbeat for ${2 * heartbeatMs} ms`;
    try {
      await this.#context.api.consumerInfo(stream, this.#name, request);
      this.#fail(this.#broken(`${silence}, although the server has the consumer`));
    } catch (error) {
      const isGone = isJetStreamError(error, jetStreamErrorCode.ConsumerNotFound);
      // A denied request says nothing about the watch: re-attaching shows whether watching is permitted.
      if (SlipstreamError.is(error, 'NOT_FOUND')) this.#fail(error);
      else this.#fail(this.#broken(isGone ? 'the server no longer has the consumer' : silence, error));
    }
  }

  #broken(why: string, cause?: unknown): SlipstreamError {
    return new SlipstreamError('WATCH_FAILED', `bucket ${this.#options.bucket}: the watch broke: ${why}`, {
      cause,
    });
  }

  #fail(error: Error): void {
    if (this.#isEnded) return;
    this.#end();
    this.#sink.failed(error);
  }

  #end(): void {
    this.#isEnded = true;
    this.#silence.stop();
    this.#leaveWire();
    for (const cancel of this.#cancels) cancel();
  }
}

function connectionLost(bucket: string, error: Error): Error {
  const mayComeBack = SlipstreamError.is(error, 'UNAVAILABLE');
  if (!mayComeBack) return error;
  return new SlipstreamError('WATCH_FAILED', `bucket ${bucket}: the watch broke: the connection was lost`, {
    cause: error,
  });
}
