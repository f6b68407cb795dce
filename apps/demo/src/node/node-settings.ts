import type { SourceAddress } from '../source/fleet-source.js';
import type { FoldEngine } from './load-engine.js';

/** Where and how a node keeps its table. */
export interface FoldSettings {
  readonly engine: FoldEngine;
  readonly path: string;
  /** The artifact that a new fold is made of; absent: it begins empty. */
  readonly artifact?: string | undefined;
}

/** What the demo tells a node when it starts it. */
export interface NodeSettings {
  readonly name: string;
  readonly fold: FoldSettings;
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
