import { basename, dirname, join } from 'node:path';
import { destinationTakenError, fileSystemError } from '../artifact-errors.js';
import type { ArtifactFileSystem } from '../file-system/artifact-file-system.js';
import { systemCode } from '../file-system/system-errors.js';
import { removeLeftovers } from './leftovers.js';
import { thisProcess } from './process-identity.js';
import { stageName } from './stage-name.js';

/** What a stage needs. */
export interface StageOptions {
  readonly fileSystem: ArtifactFileSystem;
  readonly random: () => number;
}

/**
 * A hidden directory beside a destination, on its file system: what is made there appears
 * as a whole, by one rename, or not at all. Disposing removes what was not published.
 */
export class Stage implements AsyncDisposable {
  /** Where to work. */
  readonly path: string;
  readonly #destination: string;
  readonly #fileSystem: ArtifactFileSystem;
  #published = false;

  private constructor(path: string, destination: string, fileSystem: ArtifactFileSystem) {
    this.path = path;
    this.#destination = destination;
    this.#fileSystem = fileSystem;
  }

  /**
   * Makes the stage of `destination`, after removing those of processes that have ended.
   * @throws `ALREADY_EXISTS` when something is at the destination; `INVALID_PATH` when its parent is missing
   * or cannot be written.
   */
  static async open(destination: string, { fileSystem, random }: StageOptions): Promise<Stage> {
    const parent = dirname(destination);
    try {
      await requireVacant(destination, fileSystem);
      await removeLeftovers(parent, fileSystem, random);
      const path = join(parent, stageName(thisProcess(), random));
      await fileSystem.makeDirectory(path);
      return new Stage(path, destination, fileSystem);
    } catch (error) {
      throw fileSystemError(error, `making a stage beside ${destination}`);
    }
  }

  /**
   * Renames the stage to the destination, durably.
   * @throws `ALREADY_EXISTS` when something has appeared there meanwhile.
   */
  async publish(): Promise<void> {
    try {
      await this.#fileSystem.rename(this.path, this.#destination);
      this.#published = true;
      await this.#fileSystem.syncDirectory(dirname(this.#destination));
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') {
        throw destinationTakenError(this.#destination, 'was made by another process meanwhile', error);
      }
      throw fileSystemError(error, `renaming ${basename(this.path)} to ${this.#destination}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#published) return;
    // What cannot be removed now is a leftover, and must not hide the error that led here.
    await this.#fileSystem.remove(this.path).catch(() => undefined);
  }
}

/** Nothing, or an empty directory, which a rename replaces. */
async function requireVacant(path: string, fileSystem: ArtifactFileSystem): Promise<void> {
  const status = await fileSystem.inspect(path);
  if (status === undefined) return;
  if (status.kind !== 'directory') throw destinationTakenError(path, `is a ${status.kind}`);
  const [name] = await fileSystem.list(path);
  if (name !== undefined) throw destinationTakenError(path, `is not empty: it holds ${name}`);
}
