import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { invalidArtifactError } from '../artifact-errors.js';
import type { ArtifactFileSystem, OpenFile } from '../file-system/artifact-file-system.js';
import type { ManifestFile } from '../manifest/manifest.js';
import type { ByteSource } from '../portable/byte-streams.js';
import { openArtifactFile } from './artifact-file.js';

/**
 * A file of an artifact, read once from its beginning to its end, and compared meanwhile with what the
 * manifest says: the bytes that were checked are the bytes that were read.
 */
export class VerifiedFile implements ByteSource, AsyncDisposable {
  readonly #declared: ManifestFile;
  readonly #file: OpenFile;
  readonly #hash: Hash = createHash('sha256');
  #read = 0;

  private constructor(declared: ManifestFile, file: OpenFile) {
    this.#declared = declared;
    this.#file = file;
  }

  /** @throws `ARTIFACT_INVALID` when it is not a file, or has another size. */
  static async open(
    artifact: string,
    declared: ManifestFile,
    fileSystem: ArtifactFileSystem,
  ): Promise<VerifiedFile> {
    const file = await openArtifactFile(join(artifact, declared.path), fileSystem);
    const verified = new VerifiedFile(declared, file);
    try {
      verified.#assertSize((await file.status()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
    return verified;
  }

  async read(target: Uint8Array): Promise<number> {
    const count = await this.#file.read(target);
    this.#read += count;
    // It grew after it was opened.
    if (this.#read > this.#declared.size) this.#assertSize(this.#read);
    this.#hash.update(target.subarray(0, count));
    return count;
  }

  /** To be called at the end. @throws `ARTIFACT_INVALID` when what was read is not what was declared. */
  verify(): void {
    this.#assertSize(this.#read);
    const { path, sha256 } = this.#declared;
    const actual = this.#hash.digest('hex');
    if (actual !== sha256) throw invalidArtifactError(`${path} has SHA-256 ${actual}, not ${sha256}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close();
  }

  #assertSize(size: number): void {
    const { path, size: declared } = this.#declared;
    if (size !== declared) throw invalidArtifactError(`${path} has ${size} bytes, not ${declared}`);
  }
}
