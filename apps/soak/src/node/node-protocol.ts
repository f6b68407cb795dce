import type { ReadAnswer } from '../oracle/judge-read.js';

/** What a node can keep its fold in. */
export const foldEngines = ['log', 'lmdb', 'sqlite', 'level'] as const;
export type FoldEngine = (typeof foldEngines)[number];

/** What the soak tells a node when it starts it. */
export interface NodeSettings {
  readonly name: string;
  readonly engine: FoldEngine;
  /** Where the fold is. */
  readonly path: string;
  /** The artifact that a new fold is made of; absent: it begins empty. */
  readonly artifact?: string | undefined;
  /** The node's own line to the server. */
  readonly url: string;
  readonly bucket: string;
  /** What the node follows of it; absent: everything. */
  readonly prefix?: string | undefined;
  readonly verifyOnResume: 'auto' | 'always';
}

/** A key, its revision and its value. */
export type TableRow = readonly [key: string, revision: number, value: string];

/** A fold as it was found on the disk, before anything is attached. */
export interface OpenedFold {
  readonly cursor: string;
  readonly rows: readonly TableRow[];
}

/** Where a node stands. */
export interface NodeState {
  readonly state: string;
  readonly cursor: string;
  readonly sessions: number;
}

/** What an artifact is made of: the engine's own files, or what every engine can import. */
export type ArtifactForm = 'native' | 'portable';

/** What the soak can ask of a node, and what comes back. */
export interface NodeCalls {
  /** Opens the fold, and does no more. */
  start: { readonly ask: NodeSettings; readonly answer: OpenedFold };
  /** Lets it follow its bucket. */
  attach: { readonly ask: undefined; readonly answer: undefined };
  read: { readonly ask: string; readonly answer: ReadAnswer };
  /** The values of all keys that begin so, as one state of the fold has them. */
  group: { readonly ask: string; readonly answer: readonly (readonly [key: string, value: string])[] };
  state: { readonly ask: undefined; readonly answer: NodeState };
  table: { readonly ask: undefined; readonly answer: readonly TableRow[] };
  /** Repairs the fold by `verifyFold`; answers how many keys that took. */
  scrub: { readonly ask: undefined; readonly answer: number };
  /** Exports the fold to a directory that is not there yet. */
  export: {
    readonly ask: { readonly directory: string; readonly form: ArtifactForm };
    /** The cursor is the artifact's. */
    readonly answer: { readonly entries: number; readonly cursor: string };
  };
  stop: { readonly ask: undefined; readonly answer: undefined };
}
export type CallName = keyof NodeCalls;

/** A question to a node. */
export type NodeRequest = {
  [Name in CallName]: { readonly id: number; readonly call: Name; readonly ask: NodeCalls[Name]['ask'] };
}[CallName];

/** What a node says. */
export type NodeMessage =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: string }
  /** A commit: everything up to the cursor is in the fold, whatever becomes of the process. */
  | { readonly type: 'applied'; readonly cursor: string; readonly updates: number }
  | { readonly type: 'reconciled'; readonly reason: string; readonly vanished: number }
  /** The fold refused a commit, which will be tried again. */
  | { readonly type: 'refused'; readonly error: string }
  /** The watch has ended unasked. */
  | { readonly type: 'failed'; readonly code: string; readonly error: string };
