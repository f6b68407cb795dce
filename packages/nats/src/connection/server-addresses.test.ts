import { expect, test } from 'vitest';
import { resolveServers } from './server-addresses.js';

const cases: readonly [string | string[], string[], object | undefined][] = [
  ['127.0.0.1:4222', ['127.0.0.1:4222'], undefined],
  ['nats://[::1]:4222', ['nats://[::1]:4222'], undefined],
  ['nats://anna:5ecret@host:4222', ['nats://host:4222'], { user: 'anna', pass: '5ecret' }],
  ['tls://anna:a%3Ab%40c@host', ['tls://host'], { user: 'anna', pass: 'a:b@c' }],
  ['t0ken@host:4222', ['host:4222'], { token: 't0ken' }],
  [
    ['nats://a:b@one', 'two', 'nats://a:b@three'],
    ['nats://one', 'two', 'nats://three'],
    { user: 'a', pass: 'b' },
  ],
];
test.each(cases)('%j is where, and as whom', (servers, addresses, credentials) => {
  expect(resolveServers(servers)).toEqual({ addresses, credentials });
});

test.each([
  ['none', []],
  ['no text', [4_222]],
  ['two users', ['nats://a:SECRET@one', 'nats://b:SECRET@two']],
  ['an odd escape', 'nats://a:SECRET%zz@one'],
])('%s is a TypeError without a secret in it', (_, servers) => {
  const attempt = (): unknown => resolveServers(servers as string[]);
  expect(attempt).toThrow(TypeError);
  expect(attempt).not.toThrow(/SECRET/);
});
