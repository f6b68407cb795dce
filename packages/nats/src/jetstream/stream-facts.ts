import type { StreamConfig, StreamInfo } from './jetstream-types.js';

/** JetStream's durations are in nanoseconds. */
export const NANOSECONDS_PER_MS = 1_000_000;

/** The shortest time to live of a message that the server accepts, and so of a marker. */
export const SHORTEST_MESSAGE_TTL_MS = 1_000;

/** A duration of JetStream in milliseconds; `undefined` when it is not limited. */
export function durationMs(nanoseconds: number | undefined): number | undefined {
  const limit = limitOf(nanoseconds);
  return limit === undefined ? undefined : limit / NANOSECONDS_PER_MS;
}

/** A limit of JetStream; `undefined` when there is none. */
export function limitOf(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 ? undefined : value;
}

/** The server's clock at its answer, in milliseconds since 1970. */
export function serverTimeMs({ ts }: Pick<StreamInfo, 'ts'>): number {
  return Date.parse(ts);
}

/** Whether a stream is on several servers: the one that a consumer lives on may lag behind the leader. */
export function isReplicated({ num_replicas: replicas = 1 }: StreamConfig): boolean {
  return replicas > 1;
}
