import type { WatchScope } from '@slipstream/core';
import type { StreamConfig } from '../jetstream/jetstream-types.js';
import type { MessageFrame } from '../wire/message-frame.js';
import type { KeyCodec } from './key-codec.js';
import { streamName, subjectPrefix } from './stream-config.js';

/** The subject has no key of the bucket. */
export const NOT_A_KEY = -1;

/** What a consumer is to deliver. */
export interface ScopeFilter {
  /** Subjects that do not overlap: the server refuses those that do. */
  readonly subjects: readonly string[];
  /** Whether they are exactly the scope; otherwise keys have to be compared with it as well. */
  readonly isExact: boolean;
}

/** Where a bucket's keys live. */
export class BucketSubjects {
  readonly stream: string;
  readonly #bucket: string;
  readonly #codec: KeyCodec;
  readonly #read: string;
  readonly #readBytes: Uint8Array;
  readonly #write: string;

  /**
   * @param config - The bucket's stream. A mirror keeps the subjects of its origin, and is written there.
   * @param domain - The JetStream domain that the bucket is used in, if not the server's own.
   */
  constructor(bucket: string, codec: KeyCodec, config: StreamConfig, domain: string | undefined) {
    this.#bucket = bucket;
    this.#codec = codec;
    this.stream = streamName(bucket);
    const { mirror } = config;
    const origin = mirror === undefined ? bucket : mirror.name.replace(/^KV_/, '');
    this.#read = subjectPrefix(origin);
    this.#readBytes = new TextEncoder().encode(this.#read);
    // Another domain takes messages for its streams below its API subject.
    const gateway = mirror?.external?.api ?? (domain === undefined ? undefined : `$JS.${domain}.API`);
    this.#write = gateway === undefined ? this.#read : `${gateway}.${this.#read}`;
  }

  /** The subject that `key` is stored under. @throws `INVALID_KEY` */
  stored(key: string): string {
    return this.#read + this.#codec.encode(key, this.#bucket);
  }

  /** The subject that `key` is published to. @throws `INVALID_KEY` */
  published(key: string): string {
    return this.#write + this.#codec.encode(key, this.#bucket);
  }

  /** The key of a stored subject; `undefined` when it is not a key of this bucket. */
  key(subject: string): string | undefined {
    return subject.startsWith(this.#read) ? this.keyOfTokens(subject.slice(this.#read.length)) : undefined;
  }

  /** Where the key begins in a message's subject; {@link NOT_A_KEY} when it has none of this bucket. */
  keyStart({ line, subjectStart, subjectEnd, isAscii }: MessageFrame): number {
    const prefix = this.#readBytes;
    const keyStart = subjectStart + prefix.length;
    // Keys are ASCII in any bucket.
    if (!isAscii || keyStart > subjectEnd) return NOT_A_KEY;
    for (let index = 0; index < prefix.length; index++) {
      if (line[subjectStart + index] !== prefix[index]) return NOT_A_KEY;
    }
    return keyStart;
  }

  /** {@link BucketSubjects.key} of a message's subject. */
  keyOf(frame: MessageFrame): string | undefined {
    const start = this.keyStart(frame);
    if (start === NOT_A_KEY) return undefined;
    return this.keyOfTokens(frame.line.toString('latin1', start, frame.subjectEnd));
  }

  /** The key of the tokens after the bucket in a subject; `undefined` when they are not a key. */
  keyOfTokens(tokens: string): string | undefined {
    return this.#codec.decode(tokens);
  }

  /**
   * The filters of a scope. A prefix that ends inside a token is widened to the tokens before it: subjects
   * have no wildcard for a part of a token. @throws `INVALID_KEY`
   */
  filter(scope: WatchScope): ScopeFilter {
    const subjects: string[] = [];
    const widened = scope.prefixes.map((prefix) => this.#codec.wholeTokens(prefix, this.#bucket)).sort();
    for (const tokens of widened) {
      const subject = `${this.#read}${tokens}`;
      const last = subjects.at(-1);
      // In sorted order a subject that contains this one comes before it.
      if (last === undefined || !subject.startsWith(last)) subjects.push(subject);
    }
    const isExact = scope.prefixes.every((prefix) => prefix === '' || prefix.endsWith('.'));
    return { subjects: subjects.map((subject) => `${subject}>`), isExact };
  }
}

/** Whether one of `filters`, which may have wildcards, is or covers `subject`. */
export function subjectMatches(filters: readonly string[], subject: string): boolean {
  const tokens = subject.split('.');
  return filters.some((filter) => {
    const wanted = filter.split('.');
    const isOpen = wanted.at(-1) === '>';
    const fixed = isOpen ? wanted.slice(0, -1) : wanted;
    if (isOpen ? tokens.length <= fixed.length : tokens.length !== fixed.length) return false;
    return fixed.every((token, index) => token === '*' || token === tokens[index]);
  });
}
