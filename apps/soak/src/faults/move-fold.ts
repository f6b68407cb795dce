import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pick, type Random } from '../lifetime/seeded-random.js';
import { foldEngines } from '../node/node-protocol.js';
import type { World } from '../world/world.js';

/** Has a live node export its fold, and begins a new node with that on another engine. */
export async function moveFold({ fleet, history, tally, directory }: World, random: Random): Promise<void> {
  const exporter = pick(
    random,
    fleet.members.filter(({ settings }) => settings.prefix === undefined),
  );
  const engine = pick(
    random,
    foldEngines.filter((each) => each !== exporter.settings.engine),
  );
  if (!exporter.isUp) return;
  const artifact = join(directory, `artifact-${history.lines.length}`);
  const exported = await exporter.exportTo(artifact);
  if (exported === undefined) return history.note(`${exporter.settings.name} was killed as it exported`);
  tally.countFault('artifact exported');
  const guest = await fleet.welcome(exporter.settings, engine, artifact);
  const { name } = exporter.settings;
  history.inject('artifact imported', `${exported.entries} entries, from ${name} into ${guest.title}`);
  await rm(artifact, { recursive: true });
}
