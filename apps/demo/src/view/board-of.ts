import type { FleetMember } from '../fleet/fleet-member.js';
import type { Stage } from '../stage.js';
import type { Board, BoardRow } from './board.js';

/** The board as of now. */
export function boardOf({ source, ledger, lookups, fleet }: Stage): Board {
  return {
    source: source.title,
    head: ledger.head,
    lookups: lookups.total,
    rows: fleet.members.map((member) => rowOf(member)),
  };
}

function rowOf({ name, isUp, pid, lastHealth }: FleetMember): BoardRow {
  // What a dead process said last is still worth showing; what another process said is not.
  const health = lastHealth?.pid === pid ? lastHealth : undefined;
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
