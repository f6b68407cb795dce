import { VersionToken } from '../kv/version-token.js';

/** What makes a cursor. */
export interface WatchCursorParts {
  readonly version: VersionToken;
  /**
   * Identity of the log's incarnation; a cursor of another epoch is expired however its version compares. Well-formed
   * text of at most 255 bytes of UTF-8; empty: none.
   */
  readonly epoch?: string | undefined;
  /**
   * The source's clock at this position, in milliseconds since 1970: what was deleted before then is not in the
   * fold. Without it, nobody can tell, and an attachment compares.
   */
  readonly at?: number | undefined;
}

const FORMAT = 1;
const MAX_EPOCH_BYTES = 255;
const NO_TIME = 0xffff_ffff_ffff_ffffn;
const textFormat = /^v1:([0-9a-f]*):([^:]*):([0-9]*)$/;

/**
 * A position in a source's change stream: "everything in scope at or before this version has been applied".
 * Opaque to everyone but the source. Immutable.
 *
 * The text form is `v1:<version, hex>:<epoch, percent-encoded>:<at, decimal>`; the byte form is one byte of
 * format (1), one of version length, the version, one of epoch length, the epoch in UTF-8, then `at` as a
 * big-endian u64 (all ones: absent). Both may be stored; a reader rejects a format it does not know.
 */
export class WatchCursor {
  /** Before everything: a watch from here is a state-sync watch. */
  static readonly none: WatchCursor = new WatchCursor(VersionToken.unknown, undefined, undefined);

  readonly version: VersionToken;
  readonly epoch: string | undefined;
  readonly at: number | undefined;

  private constructor(version: VersionToken, epoch: string | undefined, at: number | undefined) {
    this.version = version;
    this.epoch = epoch;
    this.at = at;
  }

  /**
   * @throws {RangeError} when the epoch is longer than 255 bytes of UTF-8 or has none, since a surrogate is alone, or
   * `at` is no whole number of milliseconds.
   */
  static of({ version, epoch, at }: WatchCursorParts): WatchCursor {
    if (epoch !== undefined && !epoch.isWellFormed()) {
      throw new RangeError(`epoch ${JSON.stringify(epoch.slice(0, 80))} has a lone surrogate`);
    }
    if (epoch !== undefined && new TextEncoder().encode(epoch).length > MAX_EPOCH_BYTES) {
      throw new RangeError(`an epoch has at most ${MAX_EPOCH_BYTES} bytes`);
    }
    if (at !== undefined && !(Number.isSafeInteger(at) && at >= 0)) {
      throw new RangeError(`a cursor's time is a whole number of milliseconds since 1970, not ${at}`);
    }
    return version.isUnknown ? WatchCursor.none : new WatchCursor(version, epoch || undefined, at);
  }

  /** The cursor that {@link toString} wrote. @throws {TypeError} on anything else. */
  static parse(text: string): WatchCursor {
    try {
      const [, version, epoch, at] = textFormat.exec(text) ?? [];
      if (version === undefined || epoch === undefined) throw new TypeError('the text has another form');
      return WatchCursor.of({
        version: VersionToken.parse(version),
        epoch: decodeURIComponent(epoch),
        at: at === '' ? undefined : Number(at),
      });
    } catch (cause) {
      throw new TypeError(`not a cursor: ${JSON.stringify(String(text).slice(0, 80))}`, { cause });
    }
  }

  /** The cursor that {@link toBytes} wrote. @throws {TypeError} on anything else. */
  static fromBytes(bytes: Uint8Array): WatchCursor {
    try {
      const versionLength = bytes[1] ?? 0;
      const epochStart = 3 + versionLength;
      const atStart = epochStart + (bytes[epochStart - 1] ?? 0);
      if (bytes[0] !== FORMAT || bytes.length !== atStart + 8)
        throw new TypeError('the bytes have another form');
      const at = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(atStart);
      return WatchCursor.of({
        version: VersionToken.fromBytes(bytes.subarray(2, 2 + versionLength)),
        epoch: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          bytes.subarray(epochStart, atStart),
        ),
        at: at === NO_TIME ? undefined : Number(at),
      });
    } catch (cause) {
      throw new TypeError(`not a cursor: ${bytes.length} bytes`, { cause });
    }
  }

  get isNone(): boolean {
    return this.version.isUnknown;
  }

  /** The version's revision, when it is one. */
  get revision(): bigint | undefined {
    return this.version.revision;
  }

  /** Same position: version and epoch. The time is information, not identity. */
  equals(other: WatchCursor): boolean {
    return this.epoch === other.epoch && this.version.equals(other.version);
  }

  toString(): string {
    const epoch = this.epoch === undefined ? '' : encodeURIComponent(this.epoch);
    return `v1:${this.version}:${epoch}:${this.at ?? ''}`;
  }

  toJSON(): string {
    return this.toString();
  }

  toBytes(): Uint8Array {
    const version = this.version.bytes;
    const epoch = new TextEncoder().encode(this.epoch ?? '');
    const bytes = new Uint8Array(3 + version.length + epoch.length + 8);
    bytes[0] = FORMAT;
    bytes[1] = version.length;
    bytes.set(version, 2);
    bytes[2 + version.length] = epoch.length;
    bytes.set(epoch, 3 + version.length);
    const at = this.at === undefined ? NO_TIME : BigInt(this.at);
    new DataView(bytes.buffer).setBigUint64(3 + version.length + epoch.length, at);
    return bytes;
  }
}
