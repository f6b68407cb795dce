import type { SnapshotCapabilities, SnapshotStore } from '@slipstream/core';
import type { ArtifactTools } from '../artifacts/artifact-tools.js';
import type { FoldArtifacts } from '../artifacts/fold-artifacts.js';
import type { SuiteHarness } from '../suite/conformance-case.js';

/**
 * How the suite gets at the folds of one engine.
 *
 * @typeParam L - Where a fold is: a {@link TemporaryDirectory}, or whatever the engine needs.
 */
export interface SnapshotStoreHarness<L extends AsyncDisposable = AsyncDisposable> extends SuiteHarness {
  /** What the engine declares; the suite compares it with an opened fold. */
  readonly capabilities: SnapshotCapabilities;
  /** A new, empty place for one fold. The suite disposes it when the case ends. */
  createLocation(): Promise<L>;
  /** Opens the fold at `location`, creating it when there is none. */
  open(location: L): Promise<SnapshotStore>;
  /** Where the engine keeps its files. Absent: the cases that damage files are skipped. */
  readonly files?: FoldFiles<L> | undefined;
  /** How another process opens a fold. Absent: the cases that kill processes are skipped. */
  readonly process?: FoldProcess<L> | undefined;
  /**
   * How folds with a path are imported. Absent: folds are filled from artifacts while they are open, and only
   * the portable form is tried.
   */
  readonly artifacts?: FoldArtifacts<L> | undefined;
  /** What exports and imports. @defaultValue the functions of `@slipstream/artifact` */
  readonly artifactTools?: ArtifactTools | undefined;
  /**
   * Entries of the large-fold case. Absent: it is skipped, since a million entries take an engine seconds to
   * minutes; opt in with `largeFold: 1_000_000`.
   */
  readonly largeFold?: number | undefined;
}

/** Where a closed fold lies on disk. */
export interface FoldFiles<L> {
  /** The folder that holds the fold and nothing else; a copy of it is a fold. */
  directory(location: L): string;
  /** The fold in a copy of that folder. */
  openCopy(directory: string): Promise<SnapshotStore>;
  /**
   * The file, by its path relative to the folder, at whose end the last commits are: what a power loss can
   * leave cut at any byte. Absent: the engine has no such file.
   */
  tail?(directory: string): Promise<string>;
}

/** How another process opens a fold. */
export interface FoldProcess<L> {
  /**
   * A module that exports `open(path: string): Promise<SnapshotStore>`, imported by the process. The
   * module's folder must be able to resolve `@slipstream/test-kit`.
   */
  readonly module: URL;
  /** Arguments of Node.js, such as the loader that the module's language needs. */
  readonly nodeArguments?: readonly string[] | undefined;
  /** What `open` is called with. */
  path(location: L): string;
  /** Kills in one case. @defaultValue 10 */
  readonly rounds?: number | undefined;
}
