import {
  all,
  type KvEntry,
  type KvReader,
  type KvRequestOptions,
  type KvUpdate,
  prefix as prefixScope,
  type ResourceScope,
  VersionToken,
} from '@slipstream/core';
import type { JetStreamApi } from '../jetstream/jetstream-api.js';
import type { StoredMessage } from '../jetstream/jetstream-types.js';
import { updateKind } from '../jetstream/message-headers.js';
import { misplacedHeadersError } from '../nats-errors.js';
import type { NatsWatcher } from '../watch/nats-watcher.js';
import { ClientMessageReader } from '../wire/client-message.js';
import { MessageFrame } from '../wire/message-frame.js';
import type { BucketSubjects } from './bucket-subjects.js';

/** What a reader reads with. */
export interface NatsReaderParts {
  readonly bucket: string;
  readonly api: JetStreamApi;
  readonly subjects: BucketSubjects;
  readonly watcher: NatsWatcher;
  readonly lifetime: ResourceScope;
  /** Asks the nearest replica instead of the leader. */
  readonly nearest: boolean;
}

const NO_BYTES = new Uint8Array(0);

/** Reads of a bucket. */
export class NatsReader implements KvReader {
  readonly #parts: NatsReaderParts;
  readonly #messages = new ClientMessageReader();

  constructor(parts: NatsReaderParts) {
    this.#parts = parts;
  }

  async get(key: string, options?: KvRequestOptions): Promise<KvEntry | undefined> {
    const update = await this.entry(key, options);
    if (update === undefined || update.kind !== 'put') return undefined;
    return { key: update.key, value: update.value, version: update.version };
  }

  async entry(key: string, options: KvRequestOptions = {}): Promise<KvUpdate | undefined> {
    const { bucket, api, subjects, lifetime, nearest } = this.#parts;
    lifetime.assertOpen();
    const subject = subjects.stored(key);
    const request = { what: `bucket ${bucket}: get ${key}`, signal: options.signal };
    if (nearest) return this.#nearest(key, subject, request);
    const message = await api.lastMessage(subjects.stream, subject, request);
    return message === undefined ? undefined : storedUpdate(key, message);
  }

  keys(prefix: string, options: KvRequestOptions = {}): AsyncIterable<string> {
    return this.#keys(prefix, options);
  }

  knownKeys(prefix: string, options: KvRequestOptions = {}): AsyncIterable<string> {
    return this.#knownKeys(prefix, options);
  }

  scan(prefix: string, options: KvRequestOptions = {}): AsyncIterable<KvEntry> {
    return this.#scan(prefix, options);
  }

  async #nearest(
    key: string,
    subject: string,
    request: { what: string; signal: AbortSignal | undefined },
  ): Promise<KvUpdate | undefined> {
    const { api, subjects } = this.#parts;
    const message = await api.lastMessageNearby(subjects.stream, subject, request);
    const sequence = message?.headers?.get('Nats-Sequence');
    if (message === undefined || sequence === undefined) return undefined;
    const frame = new MessageFrame();
    // Without its headers, a marker would look like an empty value.
    if (!this.#messages.read(message, frame)) throw misplacedHeadersError(request.what);
    const kind = updateKind(frame.headers);
    const value = kind === 'put' ? new Uint8Array(message.data) : NO_BYTES;
    return { kind, key, value, version: VersionToken.fromRevision(BigInt(sequence)) };
  }

  async *#keys(prefix: string, { signal }: KvRequestOptions): AsyncGenerator<string, void, undefined> {
    for await (const update of this.#list(prefix, true, signal)) yield update.key;
  }

  async *#scan(prefix: string, { signal }: KvRequestOptions): AsyncGenerator<KvEntry, void, undefined> {
    for await (const { key, value, version } of this.#list(prefix, false, signal)) {
      yield { key, value, version };
    }
  }

  /**
   * The subjects of the stream, page by page: no message is read, let alone sent. Pages are addressed by offset, so
   * concurrent writes may make one miss a key.
   */
  async *#knownKeys(prefix: string, { signal }: KvRequestOptions): AsyncGenerator<string, void, undefined> {
    const { bucket, api, subjects, lifetime } = this.#parts;
    const filter = subjects.filter(prefix === '' ? all() : prefixScope(prefix));
    const [subject = ''] = filter.subjects;
    for (let offset = 0, total = 1; offset < total; ) {
      lifetime.assertOpen();
      const page = await api.streamSubjects(subjects.stream, subject, offset, {
        what: `bucket ${bucket}: list names from ${offset}`,
        signal,
      });
      for (const known of page.subjects) {
        const key = subjects.key(known);
        if (key?.startsWith(prefix)) yield key;
      }
      // After an empty page the offset would never advance.
      if (page.subjects.length === 0) return;
      offset += page.subjects.length;
      total = page.total;
    }
  }

  /**
   * The live entries: a state-sync watch, ended when it has caught up. A key that is written during the listing comes
   * again later, so the names are remembered until the end.
   */
  async *#list(
    prefix: string,
    headersOnly: boolean,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<KvUpdate, void, undefined> {
    const scope = prefix === '' ? all() : prefixScope(prefix);
    const seen = new Set<string>();
    for await (const chunk of this.#parts.watcher.list(scope, { headersOnly, signal })) {
      for (const update of chunk.updates) {
        if (seen.has(update.key)) continue;
        if (update.kind !== 'put') continue;
        seen.add(update.key);
        yield update;
      }
      if (chunk.pending === 0) return;
    }
  }
}

function storedUpdate(key: string, message: StoredMessage): KvUpdate {
  const kind = updateKind(message.hdrs === undefined ? NO_BYTES : decodeBase64(message.hdrs));
  const value = kind === 'put' && message.data !== undefined ? decodeBase64(message.data) : NO_BYTES;
  return { kind, key, value, version: VersionToken.fromRevision(message.seq) };
}

/** A copy of its own: a small Buffer is a view of a shared pool. */
function decodeBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
