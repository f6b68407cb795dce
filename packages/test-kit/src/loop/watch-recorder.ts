import type { KvUpdate, WatchCursor, WatchEvent, WatchStateName } from '@slipstream/core';

type EventOf<Type extends WatchEvent['type']> = Extract<WatchEvent, { type: Type }>;

/** Keeps what a watch does: its events, what the caller's `apply` got, and the cursors it reported. */
export class WatchRecorder {
  readonly events: WatchEvent[] = [];
  readonly batches: (readonly KvUpdate[])[] = [];
  readonly cursors: WatchCursor[] = [];

  readonly observer = (event: WatchEvent): void => void this.events.push(event);
  readonly apply = (batch: readonly KvUpdate[]): void => void this.batches.push(batch);
  readonly onApplied = (cursor: WatchCursor): void => void this.cursors.push(cursor);

  of<Type extends WatchEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  /** Everything that `apply` got, in order. */
  get applied(): readonly KvUpdate[] {
    return this.batches.flat();
  }

  /** Updates delivered by the source. */
  get received(): number {
    return this.of('chunk-received').reduce((sum, { updates }) => sum + updates, 0);
  }

  /** The lowest revision delivered. */
  get lowestReceived(): bigint | undefined {
    const revisions = this.of('chunk-received').flatMap(({ firstRevision }) => firstRevision ?? []);
    return revisions.reduce<bigint | undefined>(
      (lowest, revision) => (lowest === undefined || revision < lowest ? revision : lowest),
      undefined,
    );
  }

  /** The states gone through, from the first change on. */
  get states(): readonly WatchStateName[] {
    return this.of('state-changed').map(({ to }) => to.name);
  }
}
