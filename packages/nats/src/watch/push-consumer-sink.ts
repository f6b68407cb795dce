import type { AckSubjectReader } from '../jetstream/ack-subject.js';
import type { MessageFrame } from '../wire/message-frame.js';

/** A server's sign of life on a consumer that has nothing to deliver. */
export interface Heartbeat {
  /** The last sequence of the stream that the server has scanned for this consumer. */
  readonly streamSequence: number;
  /** Whether the server waits for a flow control request to be answered. */
  readonly isStalled: boolean;
}

/** Who receives what a consumer delivers. Nothing is called after {@link PushConsumerSink.failed}. */
export interface PushConsumerSink {
  /** `frame` and `ack` are reused for the next message; `headers`, empty when there are none, is a view. */
  delivered(frame: MessageFrame, headers: Uint8Array, ack: AckSubjectReader): void;
  heartbeat(heartbeat: Heartbeat): void;
  /** The server sends at most one window past this until `subject` is answered. */
  flowControl(subject: string): void;
  failed(error: Error): void;
}
