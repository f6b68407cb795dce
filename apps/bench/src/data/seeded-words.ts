/** Fills `target` with pseudo-random 32-bit words that follow from `seed` (xorshift32): no compressor finds anything. */
export function fillWithSeededWords(target: Uint32Array, seed: number): void {
  // A state of 0 would stay 0.
  let state = mix(seed) || 1;
  for (let index = 0; index < target.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    target[index] = state;
  }
}

/** Neighbouring seeds have to begin far from each other (the finalizer of MurmurHash3). */
function mix(seed: number): number {
  let state = seed + 0x9e37_79b9;
  state = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2_ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
