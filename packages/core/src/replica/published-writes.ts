import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { TypedFold } from './typed-fold.js';

/**
 * A replica's fold for other writers between two flushes, such as a repair of `verifyFold`: their writes are decoded,
 * read and published to subscribers like those of the watch. Everything else is the fold's own.
 */
export function publishedWrites<V>(store: SnapshotStore, fold: TypedFold<V>): SnapshotStore {
  const apply: SnapshotStore['apply'] = async (updates, cursor) => {
    fold.stage(updates);
    await store.apply(updates, cursor);
    fold.publish();
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'apply') return apply;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
