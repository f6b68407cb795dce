import { join } from 'node:path';
import { type ArtifactForm, exportArtifact, importArtifact } from '@slipstream/artifact';
import { arrangedFold, fillArrangedFold } from '../ours/arrange-fold.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS, loadEngine } from '../ours/fold-engine.js';
import { copyFolder, folderMiB } from '../peers/copy-folder.js';
import { memoryUse } from '../trial/instrument.js';
import { Stopwatch } from '../trial/stopwatch.js';
import type { Trial } from '../trial/trial.js';
import type { Comparison, Figure } from './comparison.js';

const FORMS = ['native', 'portable'] as const satisfies readonly ArtifactForm[];

/** A fold into an artifact, and that into another fold: what both take, and what travels. */
export const artifact: readonly Comparison[] = diskEngines.flatMap((engine) =>
  FORMS.map((form) => ({
    name: `artifact/${engine}/${form}`,
    sizes: { quick: 50_000, full: 1_000_000 },
    usesBucket: false,
    arrange: { once: fillArrangedFold(engine) },
    ours: {
      name: `exportArtifact and importArtifact, ${engine}, ${form} form`,
      options: `${FOLD_OPTIONS}; hashed, verified, flushed`,
      run: throughAnArtifact(engine, form),
    },
    peer: {
      name: "a copy of the closed fold's files",
      options: 'flushed; nothing verified',
      run: byCopying(engine),
    },
    figures: figuresOf(`artifact/${engine}/${form}`),
  })),
);

function figuresOf(name: string): readonly Figure[] {
  const figure = { better: 'less', target: undefined } as const;
  return [
    { ...figure, name: `${name}/export`, unit: 's', reading: 'exportSeconds' },
    { ...figure, name: `${name}/export/cpu`, unit: 'CPU s', reading: 'exportCpuSeconds' },
    { ...figure, name: `${name}/import`, unit: 's', reading: 'importSeconds' },
    { ...figure, name: `${name}/import/cpu`, unit: 'CPU s', reading: 'importCpuSeconds' },
    { ...figure, name: `${name}/size`, unit: 'MiB', reading: 'artifactMiB' },
    { ...figure, name: `${name}/anonymous`, unit: 'MiB', reading: 'anonymousMiB' },
  ];
}

function throughAnArtifact(engine: DiskEngine, form: ArtifactForm): Trial {
  return async (context) => {
    const backend = await loadEngine(engine);
    const exported = join(context.directory, 'artifact');
    return measureBothWays(engine, exported, context.directory, {
      export: async () => {
        await using store = await backend.open(arrangedFold(context));
        await exportArtifact(store, exported, { bucket: 'bench', backend, form });
      },
      import: (fold) => importArtifact(backend, exported, fold),
    });
  };
}

function byCopying(engine: DiskEngine): Trial {
  return async (context) => {
    const copy = join(context.directory, 'copy');
    return measureBothWays(engine, copy, context.directory, {
      export: () => copyFolder(arrangedFold(context), copy),
      import: (fold) => copyFolder(copy, fold),
    });
  };
}

interface BothWays {
  export(): Promise<unknown>;
  import(fold: string): Promise<unknown>;
}

async function measureBothWays(
  engine: DiskEngine,
  exported: string,
  directory: string,
  ways: BothWays,
): ReturnType<Trial> {
  const backend = await loadEngine(engine);
  const fold = join(directory, 'imported');
  const memory = memoryUse();
  const exporting = new Stopwatch();
  const importing = new Stopwatch();
  memory.start();
  exporting.start();
  await ways.export();
  exporting.stop();
  importing.start();
  await ways.import(fold);
  importing.stop();
  memory.stop();
  await using store = await backend.open(fold);
  const work = (await store.stats()).entries;
  return {
    work,
    readings: {
      exportSeconds: exporting.seconds,
      exportCpuSeconds: exporting.cpuSeconds,
      importSeconds: importing.seconds,
      importCpuSeconds: importing.cpuSeconds,
      artifactMiB: await folderMiB(exported),
      ...memory.readings(work),
    },
  };
}
