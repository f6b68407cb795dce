import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pick, type Random } from '../lifetime/random-choice.js';
import { foldEngines } from '../node/node-protocol.js';
import type { World } from '../world/world.js';

const NATIVE_SHARE = 0.4;

/**
 * Has a live node export its fold, and begins a new node with that: on another engine by the portable form, or on
 * the same one by its own files.
 */
export async function moveFold({ fleet, history, tally, directory }: World, random: Random): Promise<void> {
  const exporter = pick(
    random,
    fleet.members.filter(({ settings }) => settings.prefix === undefined),
  );
  const { engine: own, name } = exporter.settings;
  const form = random() < NATIVE_SHARE ? 'native' : 'portable';
  const others = foldEngines.filter((each) => each !== own);
  const engine = form === 'native' ? own : pick(random, others);
  if (!exporter.isUp) return;
  const artifact = join(directory, `artifact-${history.lines.length}`);
  const exported = await exporter.exportTo(artifact, form);
  if (exported === undefined) return history.note(`${name} was killed, or its disk was full, as it exported`);
  tally.countFault(`${form} artifact exported`);
  history.note(`${name} exported ${exported.entries} entries at ${exported.cursor}`);
  const guest = await fleet.welcome(exporter.settings, engine, artifact);
  history.inject(`${form} artifact imported`, `from ${name} into ${guest.title}`);
  await rm(artifact, { recursive: true });
}
