/**
 * Orders keys by their UTF-8 bytes, which is the order of code points. JavaScript compares UTF-16 code units,
 * and the two differ only where a surrogate meets a unit from U+E000 up.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Orders keys by their UTF-16 code units: what the engine does natively. */
export function compareUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Whether code-unit order may differ from byte order for this key. */
export function hasSurrogates(key: string): boolean {
  return surrogate.test(key);
}

const surrogate = /[\ud800-\udfff]/;

/** Moves the surrogates above the rest of the plane, where their code points are. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
