import { assertKey, assertPrefix, SlipstreamError } from '@slipstream/core';

/** How keys are written into subjects. */
export interface KeyCodec {
  /** The subject tokens of a key. @throws `INVALID_KEY` */
  encode(key: string, bucket: string): string;
  /** The key of some subject tokens; `undefined` when this codec does not write such tokens. */
  decode(tokens: string): string | undefined;
  /**
   * The subject tokens, each with its dot, with which every key of `prefix` begins. A last token that the prefix leaves
   * open is left out. @throws `INVALID_KEY`
   */
  wholeTokens(prefix: string, bucket: string): string;
}

/** Keys are subject tokens as they are. */
export const plainKeyCodec: KeyCodec = {
  encode(key, bucket) {
    assertKey(key, bucket);
    return key;
  },
  decode: (tokens) => tokens,
  wholeTokens(prefix, bucket) {
    assertPrefix(prefix, bucket);
    return prefix.slice(0, prefix.lastIndexOf('.') + 1);
  },
};

/** Stands for an empty token, which a subject cannot have. Base64 without padding never produces it. */
const EMPTY_TOKEN = '=';
const base64Token = /^[-_a-zA-Z0-9]+$/;

/**
 * Each token of a key as base64url, without padding, of its UTF-8. The standard alphabet has a `+`, which a
 * key may not have.
 */
export const base64KeyCodec: KeyCodec = {
  encode(key, bucket) {
    if (typeof key !== 'string') throw new TypeError(`a key is a string, not ${typeof key}`);
    if (key === '' || !key.isWellFormed()) {
      const text = JSON.stringify(key.slice(0, 200));
      throw new SlipstreamError('INVALID_KEY', `bucket ${bucket}: invalid key ${text}`, {
        hint: 'A key is any text that is not empty and has no lone surrogates.',
      });
    }
    return key.split('.').map(encodeToken).join('.');
  },
  decode(tokens) {
    const decoded = tokens.split('.').map(decodeToken);
    return decoded.includes(undefined) ? undefined : decoded.join('.');
  },
  wholeTokens(prefix) {
    return prefix
      .split('.')
      .slice(0, -1)
      .map((token) => `${encodeToken(token)}.`)
      .join('');
  },
};

function encodeToken(token: string): string {
  return token === '' ? EMPTY_TOKEN : Buffer.from(token, 'utf8').toString('base64url');
}

function decodeToken(token: string): string | undefined {
  if (token === EMPTY_TOKEN) return '';
  if (!base64Token.test(token)) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  // Tokens that another program wrote may not be base64 of UTF-8.
  return encodeToken(text) === token ? text : undefined;
}
