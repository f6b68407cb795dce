import { SlipstreamError } from '../errors/slipstream-error.js';
import { isStandardSchema, type StandardSchema } from './standard-schema.js';

/** Makes a value of an entry's bytes. */
export interface ValueCodec<V> {
  /** @throws anything, when the bytes are not such a value: the entry is then quarantined. */
  decode(bytes: Uint8Array, key: string): V;
}

/** What describes the values of a replica: a schema for JSON, or a codec for anything else. */
export type ValueSchema<V> = StandardSchema<V> | ValueCodec<V>;

/** The bytes themselves. */
export const bytesCodec: ValueCodec<Uint8Array> = { decode: (bytes) => bytes };

/** UTF-8 text; malformed bytes are invalid, not replaced. */
export const textCodec: ValueCodec<string> = {
  decode: (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
};

/** JSON in UTF-8, taken to be a `V` without a check. A schema checks. */
export function jsonCodec<V>(): ValueCodec<V> {
  return { decode: (bytes) => JSON.parse(textCodec.decode(bytes, '')) as V };
}

/**
 * The codec for a schema: JSON that fits it. A codec is its own.
 * @throws {TypeError} for anything else
 */
export function resolveCodec<V>(schema: ValueSchema<V>): ValueCodec<V> {
  if (!isStandardSchema<V>(schema)) {
    if (typeof schema.decode === 'function') return schema;
    throw new TypeError('schema has to be a Standard Schema (version 1), or a codec with a decode function');
  }
  const json = jsonCodec<unknown>();
  const standard = schema['~standard'];
  return {
    decode(bytes, key) {
      const result = standard.validate(json.decode(bytes, key));
      if ('then' in result) {
        // Its result is not used, and its rejection must not go unhandled.
        Promise.resolve(result).catch(() => undefined);
        throw new SlipstreamError('UNSUPPORTED', `the ${standard.vendor} schema validates asynchronously`, {
          hint: 'Reads of a replica are synchronous: use a schema without asynchronous checks.',
        });
      }
      if (result.issues === undefined) return result.value;
      const issues = result.issues.map(({ message, path }) =>
        path ? `${describePath(path)}: ${message}` : message,
      );
      throw new SlipstreamError(
        'VALUE_INVALID',
        `the value of ${key} does not fit its schema: ${issues.join('; ')}`,
      );
    },
  };
}

function describePath(path: readonly (PropertyKey | { readonly key: PropertyKey })[]): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
