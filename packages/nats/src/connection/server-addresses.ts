import type { NatsCredentials } from './nats-credentials.js';

/** Where to connect, and as whom if that is part of the addresses. */
export interface ServerAddresses {
  readonly addresses: readonly string[];
  /** `undefined`: they have none. */
  readonly credentials: NatsCredentials | undefined;
}

/** `nats://user:password@host:4222`, `token@host`. */
const withCredentials = /^([a-z]+:\/\/)?([^@/]*)@(.*)$/i;

/**
 * Takes the credentials out of server addresses: the client ignores them, and takes a password that begins with a digit
 * for the port.
 * @throws {TypeError} naming what is wrong with `servers`; no secret is part of a message.
 */
export function resolveServers(servers: string | readonly string[]): ServerAddresses {
  const given = typeof servers === 'string' ? [servers] : servers;
  if (!Array.isArray(given) || given.length === 0 || !given.every((server) => typeof server === 'string')) {
    throw new TypeError('servers is an address, or a list of one address or more');
  }
  const addresses: string[] = [];
  const found = new Set<string>();
  for (const server of given) {
    const [, scheme = '', userInfo = '', address] = withCredentials.exec(server) ?? [];
    if (userInfo !== '') found.add(userInfo);
    addresses.push(address === undefined ? server : scheme + address);
  }
  if (found.size > 1) throw new TypeError('servers have different credentials; one connection has one kind');
  const [userInfo] = found;
  return { addresses, credentials: userInfo === undefined ? undefined : credentialsOf(userInfo) };
}

function credentialsOf(userInfo: string): NatsCredentials {
  const colon = userInfo.indexOf(':');
  if (colon === -1) return { token: decode(userInfo) };
  return { user: decode(userInfo.slice(0, colon)), pass: decode(userInfo.slice(colon + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    const message = 'servers have credentials with a % that is not followed by two hexadecimal digits';
    throw new TypeError(message, { cause: error });
  }
}
