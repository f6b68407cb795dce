import type { NatsConnection } from '@nats-io/nats-core';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { type Clock, systemClock } from '@slipstream/core';
import { type NatsCredentials, resolveAuthenticator } from './nats-credentials.js';
import { resolveServers } from './server-addresses.js';
import { assertTlsFiles } from './tls-files.js';

/**
 * Who reads the messages of watches. `client`: the client, as it reads everything else. `direct`: a parser for
 * just these messages, which runs before the client's own and is several times as fast. What is delivered is the same,
 * and in either case the rest is the client's: sockets, TLS, authentication, reconnecting, subscriptions. Where `direct`
 * does not know the client, `client` is used.
 */
export type WireReader = 'direct' | 'client';

/** Options of any connection, our own or the application's. */
export interface NatsClientOptions {
  /** The JetStream domain to use. @defaultValue the one of the connected server */
  readonly domain?: string | undefined;
  /**
   * How long each request waits for its answer, in milliseconds: on a half-open TCP connection it would wait
   * forever. @defaultValue 30 000
   */
  readonly timeoutMs?: number | undefined;
  /** What reply subjects begin with, where permissions restrict them. @defaultValue `_INBOX` */
  readonly inboxPrefix?: string | undefined;
  /**
   * Who reads the messages of watches off the connection; see {@link WireReader}.
   * @defaultValue `direct` for `connectNats`, `client` for `fromConnection`
   */
  readonly wire?: WireReader | undefined;
  /** Time. @defaultValue the machine's */
  readonly clock?: Clock | undefined;
}

/**
 * Where to connect and as whom. At most one kind of credentials may be given; what has no option here goes
 * through `client`.
 */
export interface NatsConnectOptions extends NatsClientOptions, NatsCredentials {
  /**
   * `host:port`, or URLs, which may have the user and the password, or the token: `nats://user:pass@host:4222`.
   * @defaultValue `127.0.0.1:4222`
   */
  readonly servers?: string | readonly string[] | undefined;
  /** TLS, with the client's own fields: `ca`, `caFile`, `cert`, `certFile`, `key`, `keyFile`, `handshakeFirst`. */
  readonly tls?: NodeConnectionOptions['tls'] | undefined;
  /** The connection's name, as the server's monitoring shows it. @defaultValue `slipstream` */
  readonly name?: string | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Options of the client itself; they take precedence over everything derived from the others. These of its defaults are
   * changed: it reconnects without end, waits 250 ms and up to 500 more at random in between (up to 1,000 more with TLS),
   * gives a server 5 s to complete the handshake, and pings every 2 s, so that a dead peer, with every request that waits
   * for it, is left within 6.
   */
  readonly client?: NodeConnectionOptions | undefined;
}

/** Options of a client with the defaults filled in. */
export interface ResolvedNatsClientOptions {
  readonly domain: string | undefined;
  readonly timeoutMs: number;
  readonly inboxPrefix: string | undefined;
  readonly wire: WireReader;
  readonly clock: Clock;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const PING_INTERVAL_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
// A fleet reconnects within a second of its server's return, spread over most of it; with TLS, whose handshakes cost the
// server more, over the client's own default of a second.
const RECONNECT_WAIT_MS = 250;
const RECONNECT_JITTER_MS = 500;
const WIRE_READERS: readonly WireReader[] = ['direct', 'client'];
const domainToken = /^[^\s.*>]+$/;
const subjectTokens = /^[^\s.*>]+(\.[^\s.*>]+)*$/;

/** @throws {TypeError} | {RangeError} naming the option and its value. */
export function resolveClientOptions(
  options: NatsClientOptions,
  connection?: NatsConnection,
): ResolvedNatsClientOptions {
  const { domain, timeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock } = options;
  // The application's connection is left as it was made, unless the application asks for more.
  const { wire = connection === undefined ? 'direct' : 'client' } = options;
  assertDomain('domain', domain);
  if (!(Number.isFinite(timeoutMs) && timeoutMs > 0)) {
    throw new RangeError(`timeoutMs is a positive number of milliseconds, not ${timeoutMs}`);
  }
  if (!WIRE_READERS.includes(wire)) {
    throw new TypeError(`wire is ${WIRE_READERS.join(' or ')}, not ${String(wire)}`);
  }
  const inboxPrefix = options.inboxPrefix ?? inboxPrefixOf(connection);
  if (inboxPrefix !== undefined && !(typeof inboxPrefix === 'string' && subjectTokens.test(inboxPrefix))) {
    throw new TypeError(
      `inboxPrefix is subject tokens without wildcards, not ${JSON.stringify(inboxPrefix)}`,
    );
  }
  return Object.freeze({ domain, timeoutMs, inboxPrefix, wire, clock });
}

/** @throws {TypeError} naming the option. */
export function assertDomain(option: string, domain: string | undefined): void {
  if (domain === undefined || (typeof domain === 'string' && domainToken.test(domain))) return;
  throw new TypeError(`${option} is one subject token, not ${JSON.stringify(domain)}`);
}

/**
 * The client's options for a connection. @throws {TypeError} naming the option. @throws `NOT_FOUND` when a file that is
 * named cannot be read.
 */
export function resolveConnectionOptions(
  options: NatsConnectOptions,
  timeoutMs: number,
): NodeConnectionOptions {
  const { servers, tls, name = 'slipstream', inboxPrefix, client } = options;
  const at = servers === undefined ? undefined : resolveServers(servers);
  const authenticator = resolveAuthenticator(options, at?.credentials);
  if (tls !== undefined && tls !== null) assertTlsFiles(tls);
  return {
    name,
    timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS),
    // Errors get their context from this package; a stack trace per request costs more than the request.
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    ...(at === undefined ? {} : { servers: [...at.addresses] }),
    ...(tls === undefined ? {} : { tls }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    ...(authenticator === undefined ? {} : { authenticator }),
    ...client,
  };
}

/** The prefix that a connection was made with; its type does not show its options. */
function inboxPrefixOf(connection: NatsConnection | undefined): string | undefined {
  if (connection === undefined || !('options' in connection)) return undefined;
  const { options } = connection;
  if (typeof options !== 'object' || options === null || !('inboxPrefix' in options)) return undefined;
  return typeof options.inboxPrefix === 'string' ? options.inboxPrefix : undefined;
}
