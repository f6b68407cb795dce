import { seededRandom } from '@slipstream/core/testing';

/** Bytes without a pattern, the same for the same seed. */
export function noise(seed: number, length: number): Uint8Array {
  const random = seededRandom(seed);
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = random() * 256;
  return bytes;
}
