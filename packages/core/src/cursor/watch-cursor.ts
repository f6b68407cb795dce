import { bytesToHex, hexToBytes } from '../bytes.js';
import { VersionToken } from './version-token.js';

/** What makes a cursor. */
export interface WatchCursorParts {
  readonly version: VersionToken;
  /**
   * Identity of the log's incarnation; a cursor of another epoch is expired however its version compares. Well-formed
   * text of at most 255 bytes of UTF-8; empty: none.
   */
  readonly epoch?: string | undefined;
  /**
   * The source's clock at this position, in milliseconds since 1970. Deletes before that moment are reflected in the
   * fold. Without it the age is unknown, and the next attachment compares the fold.
   */
  readonly at?: number | undefined;
  /**
   * The scope in which everything up to here has been applied ({@link WatchScope.fingerprint}). The loop adds it to the
   * cursors that it stores, and lists the source again when the scope changes; sources leave it out. Absent: every key.
   */
  readonly scope?: string | undefined;
}

const FORMAT = 1;
const FORMAT_WITH_SCOPE = 2;
const TIME_BYTES = 8;
const SCOPE_BYTES = 8;
const epochDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MAX_EPOCH_BYTES = 255;
const NO_TIME = 0xffff_ffff_ffff_ffffn;
const textFormat = /^v([12]):([0-9a-f]*):([^:]*):([0-9]*)(?::([0-9a-f]{16}))?$/;
const scopeFormat = /^[0-9a-f]{16}$/;

/**
 * A position in a source's change stream: "everything in scope at or before this version has been applied".
 * Opaque to all but the source. Immutable.
 *
 * The text form is `v1:<version, hex>:<epoch, percent-encoded>:<at, decimal>`; the byte form is one byte of
 * format (1), one of version length, the version, one of epoch length, the epoch in UTF-8, then `at` as a
 * big-endian u64 (all ones: absent). With a scope it is format 2, `v2:…:<scope, hex>`, and 8 bytes more. Both
 * may be stored; a reader rejects a format it does not know.
 */
export class WatchCursor {
  /** Before everything: a watch from here is a state-sync watch. */
  static readonly none: WatchCursor = new WatchCursor({ version: VersionToken.unknown });

  readonly version: VersionToken;
  readonly epoch: string | undefined;
  readonly at: number | undefined;
  readonly scope: string | undefined;

  private constructor({ version, epoch, at, scope }: WatchCursorParts) {
    this.version = version;
    this.epoch = epoch;
    this.at = at;
    this.scope = scope;
  }

  /**
   * @throws {RangeError} when the epoch is longer than 255 bytes of UTF-8 or has a lone surrogate, `at` is not a whole
   * number of milliseconds, or the scope is not a fingerprint.
   */
  static of({ version, epoch, at, scope }: WatchCursorParts): WatchCursor {
    if (epoch !== undefined && !epoch.isWellFormed()) {
      throw new RangeError(`epoch ${JSON.stringify(epoch.slice(0, 80))} has a lone surrogate`);
    }
    if (epoch !== undefined && new TextEncoder().encode(epoch).length > MAX_EPOCH_BYTES) {
      throw new RangeError(`an epoch has at most ${MAX_EPOCH_BYTES} bytes`);
    }
    if (at !== undefined && !(Number.isSafeInteger(at) && at >= 0)) {
      throw new RangeError(`a cursor's time is a whole number of milliseconds since 1970, not ${at}`);
    }
    if (scope !== undefined && !scopeFormat.test(scope)) {
      throw new RangeError(`a cursor's scope is 16 hexadecimal digits, not ${JSON.stringify(scope)}`);
    }
    if (version.isUnknown) return WatchCursor.none;
    return new WatchCursor({ version, epoch: epoch || undefined, at, scope });
  }

  /** The cursor that {@link toString} wrote. @throws {TypeError} on anything else. */
  static parse(text: string): WatchCursor {
    try {
      const [, format, version = '', epoch = '', at, scope] = textFormat.exec(text) ?? [];
      if (format !== (scope === undefined ? '1' : '2')) throw new TypeError('the text has another form');
      return WatchCursor.of({
        version: VersionToken.parse(version),
        epoch: decodeURIComponent(epoch),
        at: at === '' ? undefined : Number(at),
        scope,
      });
    } catch (cause) {
      throw new TypeError(`not a cursor: ${JSON.stringify(String(text).slice(0, 80))}`, { cause });
    }
  }

  /** The cursor that {@link toBytes} wrote. @throws {TypeError} on anything else. */
  static fromBytes(bytes: Uint8Array): WatchCursor {
    try {
      const [format, versionLength = 0] = bytes;
      const epochStart = 3 + versionLength;
      const atStart = epochStart + (bytes[epochStart - 1] ?? 0);
      const scopeStart = atStart + TIME_BYTES;
      const hasScope = format === FORMAT_WITH_SCOPE;
      if (bytes.length !== scopeStart + (hasScope ? SCOPE_BYTES : 0) || !(format === FORMAT || hasScope)) {
        throw new TypeError('the bytes have another form');
      }
      const at = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(atStart);
      return WatchCursor.of({
        version: VersionToken.fromBytes(bytes.subarray(2, 2 + versionLength)),
        epoch: epochDecoder.decode(bytes.subarray(epochStart, atStart)),
        at: at === NO_TIME ? undefined : Number(at),
        scope: hasScope ? bytesToHex(bytes.subarray(scopeStart)) : undefined,
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

  /** Whether the revision of `version` is past this one; false when either is not a revision. */
  isBefore(version: VersionToken): boolean {
    const own = this.revision;
    const other = version.revision;
    return own !== undefined && other !== undefined && own < other;
  }

  /** Same position: version and epoch. Time and scope describe it, but are not part of it. */
  equals(other: WatchCursor): boolean {
    return this.epoch === other.epoch && this.version.equals(other.version);
  }

  toString(): string {
    const epoch = this.epoch === undefined ? '' : encodeURIComponent(this.epoch);
    const position = `${this.version}:${epoch}:${this.at ?? ''}`;
    return this.scope === undefined ? `v1:${position}` : `v2:${position}:${this.scope}`;
  }

  toJSON(): string {
    return this.toString();
  }

  toBytes(): Uint8Array {
    const version = this.version.bytes;
    const epoch = new TextEncoder().encode(this.epoch ?? '');
    const scope = hexToBytes(this.scope ?? '');
    const atStart = 3 + version.length + epoch.length;
    const bytes = new Uint8Array(atStart + TIME_BYTES + scope.length);
    bytes[0] = this.scope === undefined ? FORMAT : FORMAT_WITH_SCOPE;
    bytes[1] = version.length;
    bytes.set(version, 2);
    bytes[2 + version.length] = epoch.length;
    bytes.set(epoch, 3 + version.length);
    new DataView(bytes.buffer).setBigUint64(atStart, this.at === undefined ? NO_TIME : BigInt(this.at));
    bytes.set(scope, atStart + TIME_BYTES);
    return bytes;
  }
}
