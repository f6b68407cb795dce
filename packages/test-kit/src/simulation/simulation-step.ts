/** One thing that happens in a run. Plain data, so that a history can be printed, cut down and run again. */
export type SimulationStep =
  | { readonly kind: 'put' | 'delete' | 'purge'; readonly key: string }
  | { readonly kind: 'pass-time'; readonly ms: number }
  /** The connection dies; the node notices after this long. */
  | { readonly kind: 'cut-connection'; readonly noticedAfterMs: number }
  /** The next requests to the source fail. */
  | { readonly kind: 'fail-requests'; readonly count: number }
  /** So much of the log is dropped, the oldest first. */
  | { readonly kind: 'evict'; readonly share: number }
  | { readonly kind: 'remove-markers' }
  | { readonly kind: 'recreate-bucket' }
  | { readonly kind: 'fail-store'; readonly count: number; readonly at: 'before-commit' | 'after-commit' }
  /** The next batch keeps the caller's code busy for this long. */
  | { readonly kind: 'slow-apply'; readonly ms: number }
  /** The process is suspended for this many steps; its connections die meanwhile. */
  | { readonly kind: 'suspend-node'; readonly forSteps: number }
  /** The process is killed, or stops in order, and is started again after this many steps. */
  | { readonly kind: 'crash-node' | 'stop-node'; readonly downForSteps: number };

/** A step as a line of a history. */
export function describeStep(step: SimulationStep): string {
  const { kind, ...details } = step;
  const words = Object.entries(details).map(([name, value]) => ` ${name} ${value}`);
  return `${kind}${words.join(',')}`;
}
