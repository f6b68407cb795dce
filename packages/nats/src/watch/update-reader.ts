import { type KvUpdate, VersionToken, type WatchScope } from '@slipstream/core';
import type { BucketSubjects } from '../bucket/bucket-subjects.js';
import { updateKind } from '../jetstream/message-headers.js';
import type { MessageFrame } from '../wire/message-frame.js';
import { ValueSlab } from './value-slab.js';

const NO_BYTES = new Uint8Array(0);

/** Reads messages of a bucket as updates. */
export class UpdateReader {
  readonly #subjects: BucketSubjects;
  readonly #scope: WatchScope | undefined;
  readonly #values = new ValueSlab();

  /** @param scope - What keys are compared with; `undefined`: whatever is delivered is in scope. */
  constructor(subjects: BucketSubjects, scope: WatchScope | undefined) {
    this.#subjects = subjects;
    this.#scope = scope;
  }

  /** The update that `frame` is; `undefined` when it is out of scope. */
  read(frame: MessageFrame, headers: Uint8Array, sequence: number): KvUpdate | undefined {
    const key = this.#subjects.keyOf(frame);
    if (key === undefined || (this.#scope !== undefined && !this.#scope.includes(key))) return undefined;
    const kind = headers.length === 0 ? 'put' : updateKind(headers);
    const { body, payloadStart, payloadEnd } = frame;
    const value = kind === 'put' ? this.#values.copy(body, payloadStart, payloadEnd) : NO_BYTES;
    return { kind, key, value, version: VersionToken.fromRevision(sequence) };
  }
}
