import { SlipstreamError } from '../errors/slipstream-error.js';

const keyCharacters = /^[-/_=.a-zA-Z0-9]+$/;

/**
 * Whether a source accepts `key`: one or more tokens of `[-/_=a-zA-Z0-9]+`, separated by single dots. This is
 * the rule of NATS KV (a key is the tail of a subject), and every source keeps to it, so that a bucket can be
 * moved from one source to another.
 */
export function isValidKey(key: string): boolean {
  return keyCharacters.test(key) && !key.startsWith('.') && !key.endsWith('.') && !key.includes('..');
}

/** Whether `prefix` can begin a valid key. The empty prefix does, and so does one that ends inside a token. */
export function isValidPrefix(prefix: string): boolean {
  return prefix === '' || (keyCharacters.test(prefix) && !prefix.startsWith('.') && !prefix.includes('..'));
}

/**
 * @param bucket - Where the key was to be used, for the message.
 * @throws `INVALID_KEY` when the key is not valid ({@link isValidKey}); {@link TypeError} when the key is not a string.
 */
export function assertKey(key: string, bucket?: string): void {
  if (typeof key !== 'string') throw new TypeError(`a key is a string, not ${typeof key}`);
  if (!isValidKey(key)) throw invalidKeyError('key', key, bucket);
}

/**
 * @param bucket - Where the prefix was to be used, for the message.
 * @throws `INVALID_KEY` when no valid key can begin with it; {@link TypeError} when the prefix is not a string.
 */
export function assertPrefix(prefix: string, bucket?: string): void {
  if (typeof prefix !== 'string') throw new TypeError(`a prefix is a string, not ${typeof prefix}`);
  if (!isValidPrefix(prefix)) throw invalidKeyError('prefix', prefix, bucket);
}

function invalidKeyError(what: string, text: string, bucket: string | undefined): SlipstreamError {
  const where = bucket === undefined ? '' : `bucket ${bucket}: `;
  return new SlipstreamError('INVALID_KEY', `${where}invalid ${what} ${JSON.stringify(text.slice(0, 200))}`, {
    hint: 'A key is made of a-z, A-Z, 0-9, -, _, /, = and single dots that neither begin nor end it.',
  });
}
