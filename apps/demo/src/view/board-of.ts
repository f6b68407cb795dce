import type { FleetMember } from '../fleet/fleet-member.js';
import type { NodeHealth } from '../node/node-health.js';
import type { Stage } from '../stage.js';
import type { Board, BoardRow } from './board.js';

/** The board as of the last look. */
export function boardOf({ source, picture, lookups, fleet }: Stage): Board {
  return {
    source: source.title,
    head: picture.head,
    lookups: lookups.total,
    rows: fleet.members.map((member) => rowOf(member, picture.healthOf(member.name))),
  };
}

function rowOf({ name, isUp, pid }: FleetMember, seen: NodeHealth | undefined): BoardRow {
  // What a dead process said last is still worth showing; what another process said is not.
  const health = seen?.pid === pid ? seen : undefined;
  const dead = pid !== 0 && !isUp;
  return {
    name,
    state: dead ? 'killed' : (health?.state ?? 'starting'),
    pid: isUp ? pid : undefined,
    engine: health?.engine,
    revision: health?.revision,
    lag: dead ? undefined : health?.lag,
    entries: health?.entries,
    delivered: health?.delivered.updates,
    lookups: health?.lookups,
  };
}
