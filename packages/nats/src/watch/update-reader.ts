import type { WatchScope } from '@slipstream/core';
import { type BucketSubjects, NOT_A_KEY } from '../bucket/bucket-subjects.js';
import { updateKind } from '../jetstream/message-headers.js';
import type { MessageFrame } from '../wire/message-frame.js';
import type { ArrivedUpdate } from './packed-updates.js';

/** Reads messages of a bucket as updates. */
export class UpdateReader {
  readonly #subjects: BucketSubjects;
  readonly #scope: WatchScope | undefined;

  /** @param scope - What keys are compared with; `undefined`: whatever is delivered is in scope. */
  constructor(subjects: BucketSubjects, scope: WatchScope | undefined) {
    this.#subjects = subjects;
    this.#scope = scope;
  }

  /** The update that `frame` is; `undefined` when it is out of scope. */
  read(frame: MessageFrame, headers: Uint8Array, sequence: number): ArrivedUpdate | undefined {
    const keyStart = this.#subjects.keyStart(frame);
    if (keyStart === NOT_A_KEY || !this.#includes(frame)) return undefined;
    const { line, subjectEnd, body, payloadStart, payloadEnd } = frame;
    const kind = headers.length === 0 ? 'put' : updateKind(headers);
    return {
      kind,
      sequence,
      line,
      keyStart,
      keyEnd: subjectEnd,
      body,
      valueStart: payloadStart,
      valueEnd: kind === 'put' ? payloadEnd : payloadStart,
    };
  }

  #includes(frame: MessageFrame): boolean {
    if (this.#scope === undefined) return true;
    const key = this.#subjects.keyOf(frame);
    return key !== undefined && this.#scope.includes(key);
  }
}
