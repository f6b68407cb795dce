import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { unreadableFileError } from '../nats-errors.js';

const FILES = ['caFile', 'certFile', 'keyFile'] as const;

/**
 * Tries the files and the certificates of TLS options: the client reads them when it dials, and takes what is wrong with
 * them for a server that cannot be reached.
 *
 * @throws `NOT_FOUND` for a file that cannot be read. @throws {TypeError} for a certificate or a key that is none, or
 * that do not belong together.
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

/** What the client hands on to Node.js without having it in its types. */
function passphraseOf(tls: object): string | undefined {
  return 'passphrase' in tls && typeof tls.passphrase === 'string' ? tls.passphrase : undefined;
}
