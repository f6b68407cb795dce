import type { AckSubjectReader } from '../jetstream/ack-subject.js';
import type { MessageFrame } from '../wire/message-frame.js';

/** A server's sign of life on a consumer that has nothing to deliver. */
export interface Heartbeat {
  /** The last sequence of the stream that the server has looked at for this consumer. */
  readonly streamSequence: number;
  /** Whether the server waits for a flow control request to be answered. */
  readonly isStalled: boolean;
}

/** Who receives what a consumer delivers. Nothing is called after {@link PushConsumerSink.failed}. */
export interface PushConsumerSink {
  /** `frame` and `ack` serve the next message, too; `headers`, empty when there are none, are a view. */
  delivered(frame: MessageFrame, headers: Uint8Array, ack: AckSubjectReader): void;
  heartbeat(heartbeat: Heartbeat): void;
  /** The server sends no more than a window beyond this until `subject` is answered. */
  flowControl(subject: string): void;
  failed(error: Error): void;
}
