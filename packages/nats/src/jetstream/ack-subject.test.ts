import { describe, expect, test } from 'vitest';
import { AckSubjectReader } from './ack-subject.js';

const NUMBERS = '1.18014398509481.42.1795445488819123456.7';

describe('AckSubjectReader', () => {
  test.each([
    ['nine tokens', `$JS.ACK.KV_routes.watch-1.${NUMBERS}`],
    ['eleven tokens: domain and account before', `$JS.ACK._.accounthash.KV_routes.watch-1.${NUMBERS}`],
    ['twelve tokens: a random one after', `$JS.ACK.hub.accounthash.KV_routes.watch-1.${NUMBERS}.x7Zq`],
  ])('reads the sequences, the time and the pending count of %s', (_, subject) => {
    const ack = new AckSubjectReader();
    expect(ack.read(subject)).toBe(true);
    expect(ack).toMatchObject({
      streamSequence: 18_014_398_509_481,
      consumerSequence: 42,
      timestampMs: 1_795_445_488_819,
      pending: 7,
    });
  });

  test('reads the next message of the same consumer, with numbers of other lengths', () => {
    const ack = new AckSubjectReader();
    ack.read('$JS.ACK.KV_b.c.1.9.9.1795445488819123456.10');
    expect(ack.read('$JS.ACK.KV_b.c.1.1000.10.1795445488820123456.0')).toBe(true);
    expect(ack).toMatchObject({ streamSequence: 1000, consumerSequence: 10, pending: 0 });
    expect(ack.timestampMs).toBe(1_795_445_488_820);
  });

  test.each(['', '_INBOX.x.1', '$JS.ACK.KV_b.c.1.2.3', '$JS.FC.KV_b.c.abcd'])(
    'refuses %j, which is no acknowledgement subject',
    (subject) => {
      expect(new AckSubjectReader().read(subject)).toBe(false);
    },
  );
});
