import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { unreadableFileError } from '../nats-errors.js';

const FILES = ['caFile', 'certFile', 'keyFile'] as const;

/**
 * Checks the files and the certificates of TLS options: the client reads them when it dials, and reports what is wrong
 * with them as a server that cannot be reached.
 *
 * @throws `NOT_FOUND` for a file that cannot be read. @throws {TypeError} for a malformed certificate or key, or a pair
 * that does not match.
 */
export function assertTlsFiles(tls: NonNullable<NodeConnectionOptions['tls']>): void {
  const read: Partial<Record<(typeof FILES)[number], Buffer>> = {};
  for (const file of FILES) {
    const path = tls[file];
    if (path === undefined) continue;
    try {
      read[file] = readFileSync(path);
    } catch (error) {
      throw unreadableFileError(`tls.${file} ${path}`, error);
    }
  }
  const { caFile: ca = tls.ca, certFile: cert = tls.cert, keyFile: key = tls.key } = read;
  try {
    createSecureContext({ ca, cert, key, passphrase: passphraseOf(tls) });
  } catch (error) {
    throw new TypeError(`tls: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** The client passes it on to Node.js without having it in its types. */
function passphraseOf(tls: object): string | undefined {
  return 'passphrase' in tls && typeof tls.passphrase === 'string' ? tls.passphrase : undefined;
}
