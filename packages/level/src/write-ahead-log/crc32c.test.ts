import { expect, test } from 'vitest';
import { crc32c } from './crc32c.js';

// From RFC 3720, B.4, and the check value that every catalogue of checksums gives.
test.each([
  ['the digits 1 to 9', new TextEncoder().encode('123456789'), 0xe306_9283],
  ['32 zeros', new Uint8Array(32), 0x8a91_36aa],
  ['32 times 255', new Uint8Array(32).fill(255), 0x62a8_ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd_794e],
])('the checksum of %s is the published one', (_, bytes, expected) => {
  expect(crc32c(bytes, 0, bytes.length)).toBe(expected);
});
