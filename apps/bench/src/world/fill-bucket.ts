import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { benchKey, benchValue } from '../data/bench-entries.js';

/** Unacknowledged puts at a time: the server drops what exceeds 10,000. */
const WINDOW = 4_096;
/** The client sends what has gathered when the event loop turns. */
const PUTS_PER_TURN = 512;

/** What is put. */
export interface FillOptions {
  readonly bucket: string;
  /** Whose keys, in the order in which they are put. */
  readonly places: Uint32Array;
  /** Tells the values of a key apart. */
  readonly round: number;
  readonly progress: (done: number) => void;
}

/** Puts a value under each key, many at a time, and resolves when the server has stored them all. */
export async function fillBucket(connection: NatsConnection, options: FillOptions): Promise<void> {
  const { bucket, places, round, progress } = options;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  // A rejection before this is awaited must not count as unhandled.
  done.catch(() => undefined);
  const inbox = createInbox();
  let sent = 0;
  let stored = 0;
  let isSending = false;

  const send = async (): Promise<void> => {
    isSending = true;
    while (sent < places.length && sent - stored < WINDOW) {
      for (let turn = 0; turn < PUTS_PER_TURN && sent < places.length; turn++) {
        const place = places[sent++] ?? 0;
        connection.publish(`$KV.${bucket}.${benchKey(place)}`, benchValue(place, round), { reply: inbox });
      }
      await connection.flush();
    }
    isSending = false;
  };
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      const answer = error === null ? message.string() : error.message;
      if (!answer.includes('"seq"')) reject(new Error(`bucket ${bucket}: a put was refused: ${answer}`));
      stored += 1;
      progress(stored);
      if (stored === places.length) resolve();
      else if (!isSending) send().catch(reject);
    },
  });
  try {
    await send();
    await done;
  } finally {
    subscription.unsubscribe();
  }
}
