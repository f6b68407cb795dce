import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { putUpdate } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import { exportArtifact, importArtifact, readManifest } from '../src/index.js';
import type { CrashTask } from './fixtures/crash-child.js';
import { contentsOf, cursorOf } from './fixtures/entries.js';
import { fileBackend } from './fixtures/file-fold.js';
import { namesIn, temporaryDirectory } from './fixtures/temporary-directory.js';

const CHILD = fileURLToPath(new URL('fixtures/crash-child.ts', import.meta.url));
const LOADER = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;

/** Runs the task in a process of its own; how that ended. */
async function run(task: CrashTask): Promise<'done' | 'killed'> {
  const args = ['--conditions=@slipstream/source', '--import', LOADER, CHILD, JSON.stringify(task)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal === 'SIGKILL') return 'killed';
  if (said === 'done') return 'done';
  throw new Error(`the child failed: ${complaints}`);
}

async function foldIn(place: string): Promise<string[]> {
  await using store = await fileBackend.open(join(place, 'origin'));
  await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorOf(2));
  return await contentsOf(store);
}

describe.each(['native', 'portable'] as const)('kill -9 at each step of a %s', (form) => {
  test('export leaves nothing at the destination or a complete artifact, and the next export cleans up', async () => {
    const place = await temporaryDirectory();
    const contents = await foldIn(place);
    const from = join(place, 'origin');
    const points = [...(form === 'native' ? (['checkpoint', 'open'] as const) : []), ...steps()];
    for (const dieAt of points) {
      const to = join(place, `artifact-${dieAt}`);
      const ended = await run({ work: 'export', form, from, to, dieAt });
      const names = await namesIn(to);
      if (names !== undefined) {
        expect(names).toEqual(['MANIFEST.json', 'data']);
        await importArtifact(fileBackend, to, join(place, `fold-${dieAt}`));
        await using fold = await fileBackend.open(join(place, `fold-${dieAt}`));
        expect(await contentsOf(fold)).toEqual(contents);
      } else {
        expect(ended).toBe('killed');
        await using store = await fileBackend.open(from);
        await exportArtifact(store, to, { bucket: 'routes', form, backend: fileBackend });
      }
      expect((await readManifest(to)).entries).toBe(2);
      expect((await namesIn(place))?.filter((name) => name.startsWith('.'))).toEqual([]);
      if (ended === 'done') return;
    }
  }, 120_000);

  test('import leaves nothing at the destination or a whole fold, and the next import cleans up', async () => {
    const place = await temporaryDirectory();
    const contents = await foldIn(place);
    const from = join(place, 'artifact');
    await using origin = await fileBackend.open(join(place, 'origin'));
    await exportArtifact(origin, from, { bucket: 'routes', form, backend: fileBackend });
    for (const dieAt of ['open', ...steps()] as const) {
      const to = join(place, `fold-${dieAt}`);
      const ended = await run({ work: 'import', form, from, to, dieAt });
      if ((await namesIn(to)) === undefined) {
        expect(ended).toBe('killed');
        await importArtifact(fileBackend, from, to);
      }
      await using fold = await fileBackend.open(to);
      expect(await contentsOf(fold)).toEqual(contents);
      expect((await namesIn(place))?.filter((name) => name.startsWith('.'))).toEqual([]);
      if (ended === 'done') return;
    }
  }, 120_000);
});

/** One step after the other; the work has fewer. */
function steps(): number[] {
  return Array.from({ length: 40 }, (_, index) => index + 1);
}
