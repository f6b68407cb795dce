import assert from 'node:assert/strict';
import { prefix, prefixes, type VersionToken } from '@slipstream/core';
import { bytesOf, numberedKeys, putAll, putEach } from '../kv-store/bucket-content.js';
import { seededRandom } from '../models/seeded-random.js';
import type { BootstrapCase } from './bootstrap-case.js';
import { assertDeltaOnly, assertEqualsBucket } from './delta-only.js';

const HISTORY = 5;
const WRITES_PER_STEP = 200;

export const bootstrapCases: readonly BootstrapCase[] = [
  {
    id: 'bootstrap/delta-only',
    guarantee: 'a node bootstrapped from a live export is delivered exactly what came after it, once',
    needs: ['source'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, engine, follow, attached } = context;
      for (const form of engine.exchange.forms) {
        const bucket = await source.writable();
        const from = follow(bucket, await engine.fold.open());
        await attached(bucket, from);
        await assertDeltaOnly(context, { from, exporter: engine, importer: engine, form, bucket });
      }
    },
  },
  {
    id: 'bootstrap/history',
    guarantee: 'the same from a bucket that keeps a history: older versions are not delivered either',
    needs: ['source', 'history'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, engine, follow, attached } = context;
      for (const form of engine.exchange.forms) {
        const bucket = await source.writable({ history: HISTORY });
        for (let round = 0; round < HISTORY; round++)
          await putEach(bucket.writer, ['route.pre.0', 'route.old']);
        const from = follow(bucket, await engine.fold.open());
        await attached(bucket, from);
        await assertDeltaOnly(context, { from, exporter: engine, importer: engine, form, bucket });
      }
    },
  },
  {
    id: 'bootstrap/prefix',
    guarantee: 'the same with a prefix scope, and the new node is delivered nothing outside it',
    needs: ['source'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, engine, follow, attached } = context;
      const bucket = await source.writable();
      await putEach(bucket.writer, ['routes', 'zone.1']);
      const scope = prefix('route.');
      const from = follow(bucket, await engine.fold.open(), scope);
      await attached(bucket, from);
      const outside = ['zone.2', 'routes', 'zone.1'];
      const handOver = { from, exporter: engine, importer: engine, bucket, scope, outside };
      await assertDeltaOnly(context, { ...handOver, form: 'portable' });
    },
  },
  {
    id: 'bootstrap/two-prefixes',
    guarantee: 'the same with a scope of two prefixes',
    needs: ['source'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, engine, follow, attached } = context;
      const bucket = await source.writable();
      await putEach(bucket.writer, ['flag.a', 'limit.1', 'zone.1']);
      const scope = prefixes(['flag.', 'route.']);
      const from = follow(bucket, await engine.fold.open(), scope);
      await attached(bucket, from);
      const handOver = { from, exporter: engine, importer: engine, bucket, scope };
      await assertDeltaOnly(context, { ...handOver, outside: ['limit.2', 'zone.2'], form: 'portable' });
    },
  },
  {
    id: 'bootstrap/other-engine',
    guarantee: 'the same from one engine to another, and back',
    needs: ['source', 'other-fold'],
    deadlineMs: 60_000,
    async run(context) {
      const { source, engine, otherEngine, follow, attached } = context;
      assert.ok(otherEngine);
      const bucket = await source.writable();
      const from = follow(bucket, await engine.fold.open());
      await attached(bucket, from);
      const there = { from, exporter: engine, importer: otherEngine, form: 'portable', bucket } as const;
      const other = await assertDeltaOnly(context, there);
      const back = {
        from: other,
        exporter: otherEngine,
        importer: engine,
        form: 'portable',
        bucket,
      } as const;
      await assertDeltaOnly(context, { ...back, stem: 'back.' });
    },
  },
  {
    id: 'bootstrap/chain',
    guarantee: 'the same down a chain: a node that was bootstrapped bootstraps the next',
    needs: ['source'],
    deadlineMs: 120_000,
    async run(context) {
      const { source, engine, follow, attached } = context;
      for (const form of engine.exchange.forms) {
        const bucket = await source.writable();
        let from = follow(bucket, await engine.fold.open());
        await attached(bucket, from);
        for (const stem of ['second.', 'third.', 'fourth.']) {
          from = await assertDeltaOnly(context, {
            from,
            exporter: engine,
            importer: engine,
            form,
            bucket,
            stem,
          });
        }
      }
    },
  },
  {
    id: 'bootstrap/under-churn',
    guarantee:
      'with many keys, and writers that never rest: no revision at or before the cursor, none twice, and the same fold in the end',
    needs: ['source'],
    deadlineMs: 300_000,
    async run({ source, engine, follow, manyKeys, run }) {
      const bucket = await source.writable();
      const keys = numberedKeys('route.', manyKeys);
      await putAll(bucket.writer, keys);
      const random = seededRandom(run.seed);
      const churn = async (writes: number): Promise<VersionToken> => {
        let last: VersionToken | undefined;
        for (let write = 0; write < writes; write++) {
          const key = keys[Math.floor(random() * keys.length)] ?? 'route.';
          last =
            random() < 0.2
              ? await bucket.writer.delete(key)
              : await bucket.writer.put(key, bytesOf(`${write}`));
        }
        return last as VersionToken;
      };
      const during = async <T>(work: Promise<T>): Promise<T> => {
        const [result] = await Promise.all([work, churn(WRITES_PER_STEP)]);
        return result;
      };
      const a = follow(bucket, await engine.fold.open());
      await during(a.watch.ready);
      const { path, manifest } = await during(
        engine.exchange.export(a.watch, engine.exchange.forms[0] ?? 'portable'),
      );
      const store = await during(engine.exchange.import(path));
      assert.equal(String(store.cursor), String(manifest.cursor), 'the imported cursor');
      const b = follow(bucket, store);
      await during(b.watch.ready);
      const last = await churn(1);
      await Promise.all([a.watch.waitFor(last), b.watch.waitFor(last)]);

      const delivered = b.recorder.applied.map(({ version }) => version.revision ?? -1n);
      const exported = manifest.cursor.revision ?? -1n;
      assert.ok(
        (delivered[0] ?? 0n) > exported,
        `delivered ${delivered[0]}, and the artifact is at ${exported}`,
      );
      assert.ok(
        delivered.every((revision, index) => index === 0 || revision > (delivered[index - 1] ?? 0n)),
        'no revision is delivered twice, or out of order',
      );
      const written = Number((last.revision ?? 0n) - exported);
      assert.ok(
        delivered.length <= written,
        `${delivered.length} delivered, and ${written} were written since`,
      );
      await Promise.all([a.watch.stop(), b.watch.stop()]);
      await assertEqualsBucket(b.store, bucket);
      await assertEqualsBucket(a.store, bucket);
    },
  },
];
