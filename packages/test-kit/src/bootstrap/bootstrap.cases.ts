import assert from 'node:assert/strict';
import { prefix, prefixes } from '@slipstream/core';
import { numberedKeys, putAll, putEach } from '../kv-store/bucket-content.js';
import { assertRising } from '../kv-store/watch-assertions.js';
import type { BootstrapCase } from './bootstrap-case.js';
import { Churn } from './churn.js';
import { assertDeltaOnly, assertEqualsBucket } from './delta-only.js';

const HISTORY = 5;

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
    guarantee:
      'the same from a bucket with history: every retained version after the export is delivered, none before it',
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
        const handOver = { from, exporter: engine, importer: engine, form, bucket };
        await assertDeltaOnly(context, { ...handOver, history: HISTORY });
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
    guarantee: 'the same along a chain: each new node bootstraps the next',
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
      'with many keys and writers that never pause, the new node is delivered exactly what came after the artifact',
    needs: ['source'],
    deadlineMs: 300_000,
    async run({ source, engine, follow, manyKeys, run }) {
      const bucket = await source.writable();
      const keys = numberedKeys('route.', manyKeys);
      await putAll(bucket.writer, keys);
      const churn = new Churn(bucket, keys, run.seed);
      for (const form of engine.exchange.forms) {
        const a = follow(bucket, await engine.fold.open());
        await churn.during(a.watch.ready, a.watch);
        const { path, manifest } = await churn.during(engine.exchange.export(a.watch, form), a.watch);
        const store = await churn.during(engine.exchange.import(path), a.watch);
        assert.equal(String(store.cursor), String(manifest.cursor), 'the imported cursor');
        const b = follow(bucket, store);
        await churn.during(b.watch.ready, a.watch);
        const last = await churn.write();
        await Promise.all([a.watch.waitFor(last), b.watch.waitFor(last)]);

        const exported = manifest.cursor.revision ?? -1n;
        const written = Number((last.revision ?? 0n) - exported);
        assert.equal(b.recorder.received, written, 'updates delivered to the new node');
        assert.equal(
          b.recorder.lowestReceived,
          exported + 1n,
          'the lowest revision delivered to the new node',
        );
        assertRising(b.recorder.applied.map(({ version }) => version.revision ?? -1n));
        await Promise.all([a.watch.stop(), b.watch.stop()]);
        await assertEqualsBucket(b.store, bucket);
        await assertEqualsBucket(a.store, bucket);
      }
    },
  },
];
