import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/nats-core';
import { unreadableFileError } from '../nats-errors.js';

/** Who connects. */
export interface NatsCredentials {
  /** A user's name; with {@link pass}. */
  readonly user?: string | undefined;
  readonly pass?: string | undefined;
  /** A token. */
  readonly token?: string | undefined;
  /** The text of a `.creds` file: a JWT and a seed. */
  readonly creds?: string | undefined;
  /** The path of a `.creds` file. It is read again at each reconnect, so credentials may be rotated. */
  readonly credsFile?: string | undefined;
  /** The seed of an nkey (`SU…`). */
  readonly nkey?: string | undefined;
}

const KINDS = ['user', 'token', 'creds', 'credsFile', 'nkey'] as const;

/**
 * The client's form of the credentials; `undefined`: none given.
 *
 * @param ofServers - Those that the addresses of the servers had.
 * @throws {TypeError} when there is more than one kind, or one is malformed; no secret is part of a message.
 * @throws `NOT_FOUND` when `credsFile` cannot be read.
 */
export function resolveAuthenticator(
  options: NatsCredentials,
  ofServers?: NatsCredentials,
): Authenticator | undefined {
  const given = KINDS.filter((kind) => options[kind] !== undefined);
  const places = ofServers === undefined ? given : [...given, 'servers'];
  if (places.length > 1) {
    throw new TypeError(`credentials are given once, not as ${places.join(' and ')}`);
  }
  const { user, pass, token, creds, credsFile, nkey } = ofServers ?? options;
  if (user === undefined && pass !== undefined) throw new TypeError('pass is given without user');
  if (user !== undefined) return usernamePasswordAuthenticator(user, pass);
  if (token !== undefined) return tokenAuthenticator(token);
  if (nkey !== undefined) return checked(nkeyAuthenticator(encode(nkey.trim())), 'nkey is not a seed (SU…)');
  if (creds !== undefined) {
    return checked(credsAuthenticator(parseable(encode(creds))), 'creds is not the text of a .creds file');
  }
  if (credsFile !== undefined) {
    return checked(credsAuthenticator(rereadFile(credsFile)), `credsFile ${credsFile} is not a .creds file`);
  }
  return undefined;
}

/** Signs once, so that malformed credentials fail here and not during a reconnect. */
function checked(authenticator: Authenticator, message: string): Authenticator {
  if (canSign(authenticator)) return authenticator;
  throw new TypeError(message);
}

function canSign(authenticator: Authenticator): boolean {
  try {
    authenticator('probe');
    return true;
  } catch {
    // The parser's error may quote the secret, so it is not passed on.
    return false;
  }
}

function rereadFile(path: string): () => Uint8Array {
  let last: Uint8Array;
  try {
    last = parseable(readFileSync(path));
  } catch (error) {
    throw unreadableFileError(`credsFile ${path}`, error);
  }
  return () => {
    try {
      last = parseable(readFileSync(path));
    } catch {
      // It may be being replaced: an authenticator that throws would close the connection for good.
    }
    return last;
  };
}

/** The client's parser requires a line feed after the last line, too, and no carriage returns. */
function parseable(text: Uint8Array): Uint8Array {
  return encode(`${new TextDecoder().decode(text).replaceAll('\r\n', '\n')}\n`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
