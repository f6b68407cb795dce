import type { KvUpdateKind, WatchScope } from '@slipstream/core';
import { type BucketSubjects, NOT_A_KEY } from '../bucket/bucket-subjects.js';
import { updateKind } from '../jetstream/message-headers.js';
import type { MessageFrame } from '../wire/message-frame.js';
import type { ArrivedUpdate } from './packed-updates.js';

const NO_BYTES: Buffer = Buffer.alloc(0);

/** Reads messages of a bucket as updates. */
export class UpdateReader {
  readonly #subjects: BucketSubjects;
  readonly #scope: WatchScope | undefined;
  /** One object for all updates: each is copied out of it at once. */
  readonly #update = {
    kind: 'put' as KvUpdateKind,
    sequence: 0,
    line: NO_BYTES,
    keyStart: 0,
    keyEnd: 0,
    body: NO_BYTES,
    valueStart: 0,
    valueEnd: 0,
  };

  /** @param scope - What keys are compared with; `undefined`: everything delivered is in scope. */
  constructor(subjects: BucketSubjects, scope: WatchScope | undefined) {
    this.#subjects = subjects;
    this.#scope = scope;
  }

  /** The update that `frame` is, until the next one is read; `undefined` when it is out of scope. */
  read(frame: MessageFrame, headers: Uint8Array, sequence: number): ArrivedUpdate | undefined {
    const keyStart = this.#subjects.keyStart(frame);
    if (keyStart === NOT_A_KEY || !this.#includes(frame)) return undefined;
    const update = this.#update;
    update.kind = headers.length === 0 ? 'put' : updateKind(headers);
    update.sequence = sequence;
    update.line = frame.line;
    update.keyStart = keyStart;
    update.keyEnd = frame.subjectEnd;
    update.body = frame.body;
    update.valueStart = frame.payloadStart;
    update.valueEnd = update.kind === 'put' ? frame.payloadEnd : frame.payloadStart;
    return update;
  }

  #includes(frame: MessageFrame): boolean {
    if (this.#scope === undefined) return true;
    const key = this.#subjects.keyOf(frame);
    return key !== undefined && this.#scope.includes(key);
  }
}
