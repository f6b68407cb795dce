/** Part of a key space in UTF-8 bytes, as engines ask for it. It is empty when `end` is not past `start`. */
export interface KeyBounds {
  /** The first key may be this one. */
  readonly start: Uint8Array;
  /** Every key is before this one; `undefined`: unbounded. */
  readonly end: Uint8Array | undefined;
}

const encoder = new TextEncoder();

/**
 * The bounds of the keys that begin with `prefix` and are past `after`, in byte order.
 *
 * @throws {TypeError} when either has a lone surrogate: it has no UTF-8 form, and no key has one.
 */
export function prefixBounds(prefix: string, after?: string): KeyBounds {
  const first = utf8('prefix', prefix);
  return { start: after === undefined ? first : later(first, successor(after)), end: endOf(first) };
}

/** The least byte string past a key. */
function successor(after: string): Uint8Array {
  const key = utf8('after', after);
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}

/**
 * What comes right after all keys that begin with `prefix`. No byte of UTF-8 is 255, so the last one has a successor.
 */
function endOf(prefix: Uint8Array): Uint8Array | undefined {
  if (prefix.length === 0) return undefined;
  const end = prefix.slice();
  end[end.length - 1] = (end[end.length - 1] as number) + 1;
  return end;
}

/** Orders byte strings as `memcmp` does, the shorter one first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function later(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) < 0 ? b : a;
}

function utf8(name: string, text: string): Uint8Array {
  if (!text.isWellFormed()) throw new TypeError(`${name} ${JSON.stringify(text)} has a lone surrogate`);
  return encoder.encode(text);
}
