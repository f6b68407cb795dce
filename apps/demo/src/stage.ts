import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceScope } from '@slipstream/core';
import { seededRandom } from '@slipstream/core/testing';
import { Fleet } from './fleet/fleet.js';
import { FleetPicture } from './fleet/fleet-picture.js';
import { LookupLoad } from './fleet/lookup-load.js';
import { Ledger } from './ledger/ledger.js';
import { LookupAudit, type LookupTally } from './ledger/lookup-audit.js';
import type { DemoOptions } from './options/demo-options.js';
import { RouteChanges } from './routes/route-changes.js';
import type { FleetSource } from './source/fleet-source.js';
import { openFleetSource } from './source/open-fleet-source.js';
import type { Narrator } from './view/narrator.js';
import { Writers } from './writers/writers.js';

/** What the acts play with. */
export interface Stage extends AsyncDisposable {
  readonly options: DemoOptions;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** Where the folds are, and what else is kept in files. */
  readonly dataDirectory: string;
  readonly source: FleetSource;
  readonly changes: RouteChanges;
  readonly writers: Writers;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  /** What is to be seen of the fleet. */
  readonly picture: FleetPicture;
  readonly lookups: LookupLoad;
  readonly audit: LookupAudit;
  /** The lookups of all acts. */
  readonly tallies: LookupTally[];
}

/** What a stage is made of. */
export interface StageOptions {
  readonly options: DemoOptions;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
  /** What a node's process runs. */
  readonly nodeProgram: URL;
}

/** Opens the bucket and prepares everything else. Disposing ends all processes and removes temporary data. */
export async function openStage({ options, narrator, signal, nodeProgram }: StageOptions): Promise<Stage> {
  const scope = new ResourceScope('the stage');
  try {
    const dataDirectory = await openDataDirectory(options, scope);
    const source = await openFleetSource(options, dataDirectory, signal);
    scope.attach(source);
    if (source.store.writer === undefined) throw new TypeError(`${source.title} cannot be written`);

    const random = seededRandom(options.seed);
    const changes = new RouteChanges(random);
    const ledger = new Ledger();
    const writers = new Writers(source.store.writer, ledger, signal);

    const { nodes, ratePerSecond } = options;
    const fleet = new Fleet({ nodes, program: nodeProgram, source: source.address, dataDirectory, signal });
    scope.attach(fleet);
    const picture = new FleetPicture({ up: () => fleet.up, head: () => ledger.head });
    scope.attach(picture);
    picture.start();
    const audit = new LookupAudit();
    const lookups = new LookupLoad({
      fleet,
      audit,
      keys: changes.known,
      // A generator of its own: the number of lookups must not decide what is written.
      random: seededRandom(options.seed + 1),
      perSecond: ratePerSecond,
    });
    scope.attach(lookups);

    return {
      options,
      narrator,
      signal,
      dataDirectory,
      source,
      changes,
      writers,
      ledger,
      fleet,
      picture,
      lookups,
      audit,
      tallies: [],
      [Symbol.asyncDispose]: () => scope.close(),
    };
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function openDataDirectory({ dataDirectory }: DemoOptions, scope: ResourceScope): Promise<string> {
  if (dataDirectory !== undefined) {
    await mkdir(dataDirectory, { recursive: true });
    return dataDirectory;
  }
  const temporary = await mkdtemp(join(tmpdir(), 'slipstream-demo-'));
  const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  scope.attach({ close: remove, [Symbol.asyncDispose]: remove });
  return temporary;
}
