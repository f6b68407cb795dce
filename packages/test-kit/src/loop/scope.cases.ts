import assert from 'node:assert/strict';
import { all, prefix, prefixes } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { putEach } from '../kv-store/bucket-content.js';
import { assertWritable } from '../kv-store/kv-store-context.js';
import type { LoopCase } from './loop-case.js';

export const scopeCases: readonly LoopCase[] = [
  {
    id: 'scope/changed',
    guarantee:
      'a fold that is watched in another scope than before ends up with exactly the keys of the new scope',
    needs: ['source-write'],
    deadlineMs: 60_000,
    async run({ source, fold, follow }) {
      const bucket = await source.bucket();
      const { writer, reader } = assertWritable(bucket.store);
      const store = await fold.open();
      await putEach(writer, ['a.1', 'b.1', 'c.1', 'a.2']);
      for (const scope of [prefix('a.'), prefixes(['a.', 'b.']), prefix('b.'), all(), prefix('c.')]) {
        const watch = follow({ source: bucket.store, store, scope });
        await watch.ready;
        await watch.stop();
        const held = await collect(store.keys(''));
        const live = (await collect(reader.keys(''))).filter((key) => scope.includes(key));
        assert.deepEqual(held, live.sort(), `the keys of ${scope}`);
      }
    },
  },
];
