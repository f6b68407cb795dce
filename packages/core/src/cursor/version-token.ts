import { bytesEqual, bytesToHex, hexToBytes } from '../bytes.js';

/** The longest version that a source may use, in bytes. */
export const MAX_VERSION_BYTES = 10;

const REVISION_BYTES = 8;
const NOT_A_REVISION = -1;

/**
 * The opaque version of one entry: up to 10 bytes that only its source understands. Sources whose versions
 * are revisions (NATS: the u64 stream sequence) encode them as 8 bytes, big-endian, and then
 * {@link revision} reads them back.
 *
 * Immutable. Bytes are made on demand: a watch creates one token per update, and nearly all of them are
 * only ever compared.
 */
export class VersionToken {
  /** The version of something that has none, such as a delete that the loop makes up during a repair. */
  static readonly unknown: VersionToken = new VersionToken(NOT_A_REVISION, new Uint8Array(0));

  // A revision below 2^53 is held as a number, without bytes: the cheapest thing to allocate per update.
  readonly #number: number;
  #bytes: Uint8Array | undefined;

  private constructor(number: number, bytes: Uint8Array | undefined) {
    this.#number = number;
    this.#bytes = bytes;
  }

  /**
   * The token of a revision.
   * @throws {RangeError} when it is negative, not whole, or beyond u64.
   */
  static fromRevision(revision: number | bigint): VersionToken {
    if (typeof revision === 'number') {
      if (Number.isSafeInteger(revision) && revision >= 0) return new VersionToken(revision, undefined);
      throw new RangeError(`a revision is a whole number from 0 to 2^64-1, not ${revision}`);
    }
    if (revision < 0n || revision > 0xffff_ffff_ffff_ffffn) {
      throw new RangeError(`a revision is a whole number from 0 to 2^64-1, not ${revision}`);
    }
    if (revision <= BigInt(Number.MAX_SAFE_INTEGER)) return new VersionToken(Number(revision), undefined);
    const bytes = new Uint8Array(REVISION_BYTES);
    new DataView(bytes.buffer).setBigUint64(0, revision);
    return new VersionToken(NOT_A_REVISION, bytes);
  }

  /**
   * The token with these bytes, which are copied. No bytes: {@link VersionToken.unknown}.
   * @throws {RangeError} when there are more than {@link MAX_VERSION_BYTES}.
   */
  static fromBytes(bytes: Uint8Array): VersionToken {
    if (bytes.length === 0) return VersionToken.unknown;
    if (bytes.length > MAX_VERSION_BYTES) {
      throw new RangeError(`a version has at most ${MAX_VERSION_BYTES} bytes, not ${bytes.length}`);
    }
    if (bytes.length === REVISION_BYTES && (bytes[0] as number) === 0 && (bytes[1] as number) < 0x20) {
      let number = 0;
      for (let index = 1; index < REVISION_BYTES; index++) number = number * 0x100 + (bytes[index] as number);
      return new VersionToken(number, undefined);
    }
    // Not `slice`: that of Node.js's Buffer is a view.
    return new VersionToken(NOT_A_REVISION, new Uint8Array(bytes));
  }

  /**
   * The token that {@link toString} wrote.
   * @throws {TypeError} when the text is not hexadecimal; {@link RangeError} when it is too long.
   */
  static parse(text: string): VersionToken {
    return VersionToken.fromBytes(hexToBytes(text));
  }

  get isUnknown(): boolean {
    return this.#number === NOT_A_REVISION && this.#bytes?.length === 0;
  }

  /** The revision, when the token has exactly 8 bytes; else `undefined`. */
  get revision(): bigint | undefined {
    if (this.#number !== NOT_A_REVISION) return BigInt(this.#number);
    const bytes = this.bytes;
    if (bytes.length !== REVISION_BYTES) return undefined;
    return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  }

  /** The bytes; do not modify them. Empty when unknown. */
  get bytes(): Uint8Array {
    if (this.#bytes === undefined) {
      this.#bytes = new Uint8Array(REVISION_BYTES);
      const view = new DataView(this.#bytes.buffer);
      view.setUint32(0, Math.floor(this.#number / 0x1_0000_0000));
      view.setUint32(4, this.#number % 0x1_0000_0000);
    }
    return this.#bytes;
  }

  /** How many bytes it has. */
  get byteLength(): number {
    return this.#bytes?.length ?? REVISION_BYTES;
  }

  /**
   * Writes the {@link bytes} into `target`, from `offset` on. Unlike asking for them it leaves nothing with the
   * token, which matters where a million tokens stay in memory.
   */
  copyTo(target: Uint8Array, offset: number): void {
    if (this.#bytes !== undefined) target.set(this.#bytes, offset);
    else {
      let rest = this.#number;
      for (let index = offset + REVISION_BYTES - 1; index >= offset; index--) {
        target[index] = rest % 0x100;
        rest = Math.floor(rest / 0x100);
      }
    }
  }

  equals(other: VersionToken): boolean {
    if (this === other) return true;
    if (this.#number !== other.#number) return false;
    return this.#number !== NOT_A_REVISION || bytesEqual(this.bytes, other.bytes);
  }

  /** The bytes in hexadecimal; empty when unknown. */
  toString(): string {
    return bytesToHex(this.bytes);
  }

  toJSON(): string {
    return this.toString();
  }
}
