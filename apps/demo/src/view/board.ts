import type { FleetMember } from '../fleet/fleet-member.js';
import type { Stage } from '../stage.js';

/** How a node is shown. */
export interface BoardRow {
  readonly name: string;
  /** The state of its replica, or what became of its process. */
  readonly state: string;
  readonly pid: number | undefined;
  /** The engine of its fold. */
  readonly engine: string | undefined;
  readonly revision: number | undefined;
  readonly lag: number | undefined;
  readonly entries: number | undefined;
  readonly delivered: number | undefined;
  readonly lookups: number | undefined;
}

/** What is to be seen at one moment. */
export interface Board {
  readonly source: string;
  /** The bucket's last revision. */
  readonly head: number;
  readonly lookups: number;
  readonly rows: readonly BoardRow[];
}

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
