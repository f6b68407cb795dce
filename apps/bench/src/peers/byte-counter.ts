import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect, createInbox } from '@nats-io/transport-node';
import type { Instrument } from '../trial/instrument.js';
import type { TrialContext } from '../trial/trial.js';

const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** What a bare socket received. */
export interface ByteCount {
  readonly bytes: number;
  readonly messages: number;
}

/**
 * Has the server send the last message of every subject to a socket that looks at nothing but the end of each
 * piece: the most that the server, the kernel and this machine give to any reader.
 *
 * @param instrument - Started before the server is asked for it, stopped when all of it has arrived.
 */
export async function countBytes(
  { serverUrl, bucket }: TrialContext,
  instrument: Instrument,
): Promise<ByteCount> {
  const connection = await connect({ servers: serverUrl });
  const socket = await greet(serverUrl);
  const inbox = createInbox();
  const ask = async (subject: string, question: object): Promise<Record<string, unknown>> => {
    const reply = await connection.request(`$JS.API.${subject}.KV_${bucket}`, JSON.stringify(question), {
      timeout: 10_000,
    });
    return reply.json();
  };
  try {
    const end = await lastValue(ask);
    socket.write(`SUB ${inbox} 1\r\nPING\r\n`);
    await once(socket, 'data');
    const received = untilEnd(socket, end);
    instrument.start();
    const created = await ask('CONSUMER.CREATE', {
      stream_name: `KV_${bucket}`,
      config: {
        deliver_subject: inbox,
        deliver_policy: 'last_per_subject',
        filter_subject: `$KV.${bucket}.>`,
        ack_policy: 'none',
        replay_policy: 'instant',
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: NANOSECONDS_PER_SECOND,
      },
    });
    if (created['error'] !== undefined) throw new Error(JSON.stringify(created['error']));
    const bytes = await received;
    instrument.stop();
    const delivered = Number(created['num_pending']) + deliveredBefore(created);
    return { bytes, messages: delivered };
  } finally {
    socket.destroy();
    await connection.close();
  }
}

/** A connection of its own, with nothing between it and the caller. */
async function greet(serverUrl: string): Promise<Socket> {
  const { hostname, port } = new URL(serverUrl);
  const socket = connectTcp(Number(port), hostname);
  socket.setNoDelay(true);
  await once(socket, 'data');
  socket.write('CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"0","headers":true}\r\n');
  return socket;
}

/** With what the delivery of everything ends: the newest value, as it is on the wire. */
async function lastValue(
  ask: (subject: string, question: object) => Promise<Record<string, unknown>>,
): Promise<Buffer> {
  const info = (await ask('STREAM.INFO', {})) as { state: { last_seq: number } };
  const newest = (await ask('STREAM.MSG.GET', { seq: info.state.last_seq })) as { message: { data: string } };
  return Buffer.concat([Buffer.from(newest.message.data, 'base64'), Buffer.from('\r\n')]);
}

/** What the server has sent of it when it answers. */
function deliveredBefore(created: Record<string, unknown>): number {
  return (created['delivered'] as { consumer_seq: number }).consumer_seq;
}

async function untilEnd(socket: Socket, end: Buffer): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let tail: Buffer = Buffer.alloc(0);
  let bytes = 0;
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
    // A piece may be shorter than the end.
    tail =
      piece.length >= end.length
        ? piece.subarray(-end.length)
        : Buffer.concat([tail, piece]).subarray(-end.length);
    if (tail.equals(end)) resolve(bytes);
  });
  socket.once('close', () => reject(new Error('the server closed the connection')));
  return promise;
}
