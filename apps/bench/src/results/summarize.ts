import { KEY_BYTES, VALUE_BYTES } from '../data/bench-entries.js';
import type { Comparison, Figure } from '../figures/comparison.js';
import type { Readings } from '../trial/trial.js';
import type { FigureResult } from './figure-result.js';
import { meetsTarget } from './meets-target.js';
import type { Pair } from './pair.js';
import { median, spread } from './statistics.js';

/** Where and with what was measured. */
export interface Machine {
  readonly cores: number;
  /** The operating system's name. */
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** The results of a comparison's figures. */
export function summarize(
  comparison: Comparison,
  pairs: readonly Pair[],
  entries: number,
  machine: Machine,
): FigureResult[] {
  return comparison.figures
    .filter((figure) => pairs.every((pair) => figure.reading in pair.ours))
    .map((figure) => summarizeFigure(figure, comparison, pairs, entries, machine));
}

function summarizeFigure(
  figure: Figure,
  { ours: oursSide, peer: peerSide, sizes }: Comparison,
  pairs: readonly Pair[],
  entries: number,
  machine: Machine,
): FigureResult {
  const { name, unit, better, reading, beside, target = null } = figure;
  const peerReading = beside?.reading ?? reading;
  const ours = pairs.map((pair) => read(pair.ours, reading));
  const peers = pairs.flatMap((pair) =>
    pair.peer?.[peerReading] === undefined ? [] : [pair.peer[peerReading]],
  );
  const hasPeer = peers.length === pairs.length;
  const ratios = hasPeer ? ours.map((value, run) => value / (peers[run] as number)) : [];
  const measured = {
    ours: median(ours),
    peer: hasPeer ? median(peers) : null,
    ratio: hasPeer ? median(ratios) : null,
  };
  return {
    name,
    unit,
    better,
    ...measured,
    oursName: oursSide.name,
    peerName: hasPeer ? (beside?.name ?? peerSide?.name ?? null) : null,
    spread: spread(hasPeer ? ratios : ours),
    runs: pairs.length,
    work: median(pairs.map((pair) => pair.work)),
    entries,
    bytes: entries * (KEY_BYTES + VALUE_BYTES),
    isFullSize: entries >= sizes.full,
    target,
    met: target === null ? null : meetsTarget(target, measured),
    options: { ours: oursSide.options, peer: peerSide?.options ?? null },
    ...machine,
  };
}

function read(readings: Readings, name: string): number {
  const value = readings[name];
  if (value === undefined || !Number.isFinite(value)) throw new Error(`the reading ${name} is ${value}`);
  return value;
}
