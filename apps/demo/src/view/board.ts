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
