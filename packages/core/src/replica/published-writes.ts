import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { TypedFold } from './typed-fold.js';

/**
 * A replica's fold as others may write it between two flushes, such as a repair of `verifyFold`: what they write is
 * decoded, read and told to subscribers as what the watch applies is. Everything else is the fold's own.
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
