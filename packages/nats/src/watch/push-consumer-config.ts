import type { ConsumerConfig } from '../jetstream/jetstream-types.js';
import { NANOSECONDS_PER_MS } from '../jetstream/stream-facts.js';

/** What a consumer delivers, from where. */
export interface PushConsumerOptions {
  readonly bucket: string;
  readonly stream: string;
  readonly subjects: readonly string[];
  /** The first sequence to deliver; `undefined`: the last message of every subject, then what follows. */
  readonly startSequence: number | undefined;
  readonly headersOnly: boolean;
  readonly heartbeatMs: number;
}

/** How the server is to make a consumer that delivers to `inbox`. */
export function pushConsumerConfig(
  name: string,
  inbox: string,
  { subjects, startSequence, headersOnly, heartbeatMs }: PushConsumerOptions,
): ConsumerConfig {
  const [first = ''] = subjects;
  return {
    name,
    deliver_subject: inbox,
    ...(startSequence === undefined
      ? { deliver_policy: 'last_per_subject' }
      : { deliver_policy: 'by_start_sequence', opt_start_seq: startSequence }),
    ...(subjects.length === 1 ? { filter_subject: first } : { filter_subjects: subjects }),
    ack_policy: 'none',
    replay_policy: 'instant',
    flow_control: true,
    idle_heartbeat: heartbeatMs * NANOSECONDS_PER_MS,
    mem_storage: true,
    num_replicas: 1,
    ...(headersOnly ? { headers_only: true } : {}),
  };
}
