/**
 * The keys a watch follows, as a minimal sorted list of prefixes: none is the beginning of another, and all
 * keys is the single empty prefix. Made by {@link all}, {@link prefix} and {@link prefixes}; immutable.
 */
export class WatchScope {
  readonly prefixes: readonly string[];
  /**
   * What a cursor names the scope by: 16 hexadecimal digits, which are the same for the same prefixes; `undefined` for
   * every key. A hash, since a list of prefixes has any length.
   */
  readonly fingerprint: string | undefined;

  private constructor(prefixes: readonly string[]) {
    this.prefixes = Object.freeze(prefixes);
    this.fingerprint = this.isAll ? undefined : fnv1a64(JSON.stringify(prefixes));
  }

  /**
   * Duplicates and prefixes contained in others are dropped (a NATS consumer refuses overlapping filters).
   * @throws {TypeError} when the list is empty or holds something else than strings.
   */
  static of(prefixes: readonly string[]): WatchScope {
    if (prefixes.length === 0)
      throw new TypeError('a scope has at least one prefix; all() follows every key');
    for (const prefix of prefixes) {
      if (typeof prefix !== 'string') throw new TypeError(`a prefix is a string, not ${typeof prefix}`);
    }
    // Sorted, a prefix stands right before everything it contains.
    const minimal: string[] = [];
    for (const prefix of [...prefixes].sort()) {
      const last = minimal.at(-1);
      if (last === undefined || !prefix.startsWith(last)) minimal.push(prefix);
    }
    return new WatchScope(minimal);
  }

  get isAll(): boolean {
    return this.prefixes[0] === '';
  }

  includes(key: string): boolean {
    for (const prefix of this.prefixes) if (key.startsWith(prefix)) return true;
    return false;
  }

  equals(other: WatchScope): boolean {
    return (
      this.prefixes.length === other.prefixes.length &&
      this.prefixes.every((prefix, index) => prefix === other.prefixes[index])
    );
  }

  toString(): string {
    return this.isAll ? 'all keys' : this.prefixes.map((prefix) => `${prefix}*`).join(', ');
  }
}

function fnv1a64(text: string): string {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

/** Every key. */
export function all(): WatchScope {
  return WatchScope.of(['']);
}

/** The keys that begin with `start`. It may end inside a token: `rou` covers `route.1`. */
export function prefix(start: string): WatchScope {
  return WatchScope.of([start]);
}

/** The keys that begin with any of `starts`, followed by one server-side consumer, never one each. */
export function prefixes(starts: readonly string[]): WatchScope {
  return WatchScope.of(starts);
}
