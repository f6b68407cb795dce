import type { SourceAddress } from '../source/fleet-source.js';

/** What the demo tells a node when it starts it. */
export interface NodeSettings {
  readonly name: string;
  /** Where its fold is. */
  readonly foldPath: string;
  readonly source: SourceAddress;
}

/** What the demo says to a node. */
export type NodeCommand =
  | { readonly type: 'start'; readonly settings: NodeSettings }
  /** Close the fold, and end. */
  | { readonly type: 'stop' };

/** What a node says to the demo. */
export type NodeReport =
  /** It serves lookups from now on, with what its fold holds. */
  { readonly type: 'serving'; readonly port: number };
